"""Django's PostgreSQL backend, which first sees to it that the embedded server runs."""

from django.db.backends.postgresql import base

from . import ensure_running, socket_dir


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self):
        return {**super().get_connection_params(), "host": str(socket_dir())}

    def get_new_connection(self, conn_params):
        ensure_running()
        return super().get_new_connection(conn_params)
