"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ["PORTAL_PROCESS"] = "web"  # pages wait less long for the database than imports do

application = get_wsgi_application()
