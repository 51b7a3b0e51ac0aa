"""Settings of a worker process in tests: the run's own database, and some jobs to try."""

import os

from portal import settings as ours
from portal.settings import *  # noqa: F403

DATABASES = {"default": ours.DATABASES["default"] | {"NAME": os.environ["WORKING_DATABASE"]}}
PROCRASTINATE_IMPORT_PATHS = ["tests.no_network", "tests.sample_jobs"]
