"""Imported by a worker in tests alone: what waits minutes and hours for a mail server waits a moment here."""

import os

from portal import mail

mail.WAITS = (float(os.environ.get("WORKING_MAIL_WAIT", "0.1")),) * len(mail.WAITS)
