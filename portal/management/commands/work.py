import asyncio
import logging
import os
import signal
from typing import Any, cast

from django.core.management.base import BaseCommand
from django.db import connection
from procrastinate.contrib.django import app

LOOK = 1.0  # seconds between two looks whether the parent is still there
GRACE = 25  # seconds that jobs under way have to end

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Do the jobs of the queue until told to stop (SIGTERM or Ctrl-C): then what is under way is finished."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--with-parent", type=int, metavar="PID", help="Stop when this process is gone.")
        parser.add_argument("--at-once", type=int, default=2, help="Jobs at the same time.")

    def handle(self, *args: Any, with_parent: int | None, at_once: int, **options: Any) -> None:
        connection.ensure_connection()  # starts the embedded database, and keeps it while this process is there
        with app.replace_connector(cast(Any, app.connector).get_worker_connector()) as queue:
            asyncio.run(self._work(queue, with_parent, at_once))

    async def _work(self, queue: Any, parent: int | None, at_once: int) -> None:
        watching = asyncio.create_task(self._watch(parent)) if parent else None
        try:
            async with queue.open_async():
                await queue.run_worker_async(
                    concurrency=at_once, shutdown_graceful_timeout=GRACE, install_signal_handlers=True
                )
        finally:
            if watching:
                watching.cancel()

    async def _watch(self, parent: int) -> None:
        while _is_there(parent):
            await asyncio.sleep(LOOK)
        os.kill(os.getpid(), signal.SIGTERM)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
