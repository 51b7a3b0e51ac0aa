"""Loaded with `-p`, before Django's settings: the suite's own environment."""

import os

os.environ["PORTAL_ENV"] = "test"
os.environ.pop("DEBUG", None)
