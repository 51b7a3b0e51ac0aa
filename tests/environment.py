"""Loaded with `-p`, before Django's settings: the suite's own environment, whatever the shell or `.env` says."""

import os

os.environ["PORTAL_ENV"] = "test"
for name in (
    "DEBUG",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "PORT",
    "PORTAL_PROCESS",
    "SECURITY_CONTACT",
    "CONTACT_EMAIL",
):
    os.environ.pop(name, None)
os.environ["DEBUG"] = "off"
