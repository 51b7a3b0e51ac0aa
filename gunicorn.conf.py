"""How the web server runs, in development and production alike."""

import os

os.environ["PORTAL_PROCESS"] = "web"  # before anything reads the settings

wsgi_app = "portal.wsgi"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"  # forty clients that send nothing must not stop the forty-first
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Many more than can work at once: one that waits for a slow client's bytes costs nothing but its stack, and
# eighty of them must not stop the next visitor. What may ask the database at once is settings' to say.
threads = int(os.environ.get("WEB_THREADS", "64"))
timeout = 30
graceful_timeout = 25  # seconds a deploy waits for requests under way
keepalive = 5
limit_request_line = 8190  # longer ones never reach Django: gunicorn answers them with a bare 414
control_socket_disable = True
loglevel = "warning"


def when_ready(server):
    if os.environ.get("PORTAL_ENV") == "development":
        address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
        print(f"The portal is open at {address}/ (Ctrl-C closes it).", flush=True)
        print(f"To edit it, make an account with bin/editor, then go to {address}/admin/.", flush=True)
        print("Letters are not sent: the worker puts each into a file of var/mail/.", flush=True)


def on_starting(server):
    """Refuse once, in one sentence, instead of once for every worker."""
    import portal.settings  # noqa: F401
