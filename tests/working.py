"""Settings of a worker process in tests: the run's own database, and some jobs to try."""

import os

from portal import settings as ours
from portal.settings import *  # noqa: F403

DATABASES = {"default": ours.DATABASES["default"] | {"NAME": os.environ["WORKING_DATABASE"]}}
PROCRASTINATE_IMPORT_PATHS = ["tests.no_network", "tests.quick_mail", "tests.sample_jobs"]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = "127.0.0.1", int(os.environ.get("WORKING_MAIL_PORT", "1")), 1
