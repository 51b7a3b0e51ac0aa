"""A database connection that gives up."""

import psycopg


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
        """Only the pool's check of a connection comes this way; it must not use up the visitor's patience."""
        before, self.patience = self.patience, self.CHECK
        try:
            return super().execute(*args, **kwargs)
        finally:
            self.patience = before
