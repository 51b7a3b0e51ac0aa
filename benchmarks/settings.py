"""The portal's own settings on one of the benchmark's databases, with a few more addresses (``benchmarks.urls``)."""

import os

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES

ROOT_URLCONF = "benchmarks.urls"
if name := os.environ.get("BENCH_DATABASE"):
    DATABASES["default"]["NAME"] = name
