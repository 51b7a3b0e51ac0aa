"""The portal as ``bin/run`` serves it, with a database and a copy of the static files of this run's own."""

import os
from pathlib import Path

from portal import settings as ours
from portal.settings import *  # noqa: F403

DATABASES = {"default": ours.DATABASES["default"] | {"NAME": os.environ["BROWSER_DATABASE"]}}
STATIC_ROOT = Path(os.environ["BROWSER_STATIC"])
STORAGES = ours.STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
WHITENOISE_USE_FINDERS = False
