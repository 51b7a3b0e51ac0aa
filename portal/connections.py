"""Database connections that give up in time, and a pool that tries again in time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg_pool import ConnectionPool

BREATH = 0.1  # seconds between two tries to reach a database that refuses


class PatientConnection(psycopg.Connection):
    """Waits for an answer `patience` seconds and no longer.

    PostgreSQL's own statement_timeout ends a slow query; this ends the wait for a server that has
    fallen silent, where the kernel alone would wait for minutes.
    """

    patience = 4.0  # a little more than statement_timeout, so that a living server speaks first
    CHECK = 1.0

    def wait(self, gen, interval=0.1, timeout=None):
        try:
            return super().wait(gen, interval=interval, timeout=timeout or self.patience)
        except psycopg.errors._WaitTimeout:
            self.close()
            raise psycopg.OperationalError("The database does not answer.") from None

    def execute(self, *args, **kwargs):
        """Only the pool's check of a connection comes this way; it must not use up the visitor's patience.

        Where one connection is found broken, the others that wait beside it most likely are: the pool
        replaces them all. Else a visitor after a restart would be handed one broken connection after
        the other, with a pause before each, until the time to wait is over.
        """
        before, self.patience = self.patience, self.CHECK
        try:
            return super().execute(*args, **kwargs)
        except psycopg.OperationalError:
            if self._pool is not None:
                self._pool.drain()  # type: ignore[attr-defined]
            raise
        finally:
            self.patience = before


def try_again(pool: ConnectionPool) -> None:
    """Called when an attempt to connect has failed: somebody may be waiting for the next one.

    Left alone, the pool would let him wait in vain, or space its attempts further and further
    apart, and the first page after an outage would fail.
    """
    time.sleep(BREATH)
    if pool.get_stats().get("requests_waiting"):
        pool.check()  # grows a pool that has no connection


@contextmanager
def longer_statements(seconds: int = 15) -> Iterator[None]:
    """Raise the statement timeout of this connection; it goes back to the pool as it came."""
    connection.ensure_connection()
    session = connection.connection
    session.patience = seconds + 1
    session.execute(f"SET statement_timeout = '{seconds}s'")
    try:
        yield
    finally:
        if connection.connection is session and not session.closed:
            session.execute("RESET statement_timeout")
            session.patience = PatientConnection.patience
