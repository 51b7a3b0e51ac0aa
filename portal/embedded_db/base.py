"""Django's PostgreSQL backend, which first sees to it that the embedded server runs."""

from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from . import EmbeddedDatabaseError, ensure_running, rescue, socket_dir


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, settings_dict, alias="default"):
        settings_dict |= {"HOST": str(socket_dir()), "PORT": "5432"}
        super().__init__(settings_dict, alias)

    def get_new_connection(self, conn_params):
        try:
            ensure_running()
            try:
                return super().get_new_connection(conn_params)
            except self.Database.OperationalError:
                if not rescue():
                    raise
                return super().get_new_connection(conn_params)
        except EmbeddedDatabaseError as error:
            raise OperationalError(str(error)) from error
