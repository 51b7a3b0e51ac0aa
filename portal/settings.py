"""The one settings file: safe as it stands, development is what is switched on by name.

Everything that differs between machines comes from the environment, or from a `.env`
beside `manage.py`; `.env.example` lists and explains every name.
"""

import os
import secrets
import sys
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parents[1]
VAR = ROOT / "var"  # everything the running portal writes; never committed

env = environ.Env()
env.read_env(ROOT / ".env")

MODE = env.str("PORTAL_ENV", default="production")
if MODE not in ("production", "development", "test"):
    sys.exit(f"PORTAL_ENV is {MODE!r}: it must be production (the default), development or test.")
PRODUCTION = MODE == "production"
TESTING = MODE == "test"
WEB_PROCESS = env.str("PORTAL_PROCESS", default="") == "web"  # said by portal/wsgi.py


def own_secret_key() -> str:
    """A key of this machine's own, for development: sessions live as long as the folder `var`."""
    path = VAR / "secret-key"
    VAR.mkdir(exist_ok=True)
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text() or secrets.token_urlsafe(50)  # empty for the instant another process writes it


DEBUG = env.bool("DEBUG", default=False)
if PRODUCTION:
    SECRET_KEY = env.str("SECRET_KEY", default="")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
    SITE_URL = env.str("SITE_URL", default="")
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 12 or SECRET_KEY.startswith("django-insecure-"):
        sys.exit(
            "SECRET_KEY is missing or weak: set it to 50 or more random characters, "
            'for example from python3 -c "import secrets; print(secrets.token_urlsafe(50))".'
        )
    if DEBUG:
        sys.exit("DEBUG is on in production: remove it, or set PORTAL_ENV=development on a machine of your own.")
    if not ALLOWED_HOSTS or any(host.startswith((".", "*")) for host in ALLOWED_HOSTS):
        sys.exit("ALLOWED_HOSTS must name every host this portal answers for, for example ALLOWED_HOSTS=example.org.")
    SITE_URL = (SITE_URL or f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
else:
    SECRET_KEY = "only for tests, and for nothing else at all, ever" if TESTING else own_secret_key()
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.list("ALLOWED_HOSTS", default=[])]
    SITE_URL = f"http://127.0.0.1:{env.str('PORT', default='8000')}"
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

INSTALLED_APPS = [
    # Before ours, which take their pages of the desk away or put others over them.
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "portal",
    "schools",
    "careers",
    "portal.admin_site.DeskConfig",  # django.contrib.admin, arranged for editors
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django_filters",
    "django_htmx",
    "pgtrigger",
    "pghistory",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# From the outside in. Everything above WhiteNoise holds for static files too.
MIDDLEWARE = [
    "portal.middleware.SecurityHeaders",
    "portal.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "portal.middleware.CachePolicy",
    "portal.middleware.InputGate",
    "portal.middleware.PlainAddress",
    "portal.middleware.MethodGate",
    "portal.middleware.OriginGate",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.conditional.ConditionalGet",
    "portal.middleware.AdminPatience",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.HandInGate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]
# Only what changes something has an author. Asked on every page, it would read the visitor's cookie there.
PGHISTORY_MIDDLEWARE_METHODS = ("POST",)

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Lazy, all of them: a public page that never asks for the visitor never reads a cookie.
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Database -----------------------------------------------------------------------------------

if env.str("DATABASE_URL", default=""):
    DATABASE = env.db("DATABASE_URL")
else:
    DATABASE = {"ENGINE": "portal.embedded_db", "NAME": "portal", "USER": "portal"}
DATABASE["CONN_MAX_AGE"] = 0
DATABASE["CONN_HEALTH_CHECKS"] = True
DATABASE.setdefault("OPTIONS", {})["connect_timeout"] = 2  # seconds
if WEB_PROCESS:
    from portal.connections import PatientConnection, try_again

    # A page gives up after three seconds. Imports, migrations and jobs may take their time.
    DATABASE["OPTIONS"]["options"] = "-c statement_timeout=3s"
    DATABASE["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("WEB_CONNECTIONS", default=8),
        "timeout": 2,  # seconds a page waits for a connection; the pool's own default is 30
        "reconnect_timeout": 0,  # every try stands alone, so that the first page after an outage is served
        "reconnect_failed": try_again,
        "connection_class": PatientConnection,
    }
DATABASE["TEST"] = {"NAME": env.str("PORTAL_TEST_DB", default=None)}
DATABASES = {"default": DATABASE}

# Jobs -----------------------------------------------------------------------------------------

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "portal.jobs.ready"
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 24 * 60 * 60}  # seconds late that a nightly job may still be done

# People ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "portal.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # real ones are slow on purpose
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "schools:workspace"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# Nobody reaches the desk without a second factor; on a machine of one's own a password is enough.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=PRODUCTION)

# Schools' people sign up once there is something for them to do here; staff get accounts from bin/editor.
SIGN_UP_OPEN = False

# Accounts of schools' people, and of staff (django-allauth; what is ours in it: portal/accounts.py).
ACCOUNT_ADAPTER = "portal.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "portal.accounts.WhoSignsUp"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "portal.accounts.display"
ACCOUNT_CHANGE_EMAIL = True  # one address; the old one stays valid until the new one is verified
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # mail scanners look at links; a person presses the button
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told by mail
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before another address or password
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/5m/key,30/5m/ip",
    "signup": "20/h/ip",
    "reset_password": "10/h/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "confirm_email": "1/m/key",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/5m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXIES_IN_FRONT", default=0)
MFA_ADAPTER = "portal.accounts.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "HealthAdmin Pathways"
MFA_RECOVERY_CODE_COUNT = 10
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
# Counters of these limits: in the database, so that all processes count together and a restart forgets nothing.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}

# Mail --------------------------------------------------------------------------------------------

# smtp+tls://user:password@mail.example.org:587. Written by portal/mail.py, sent by a worker.
MAILBOX = VAR / "mail"  # where letters go on a machine of one's own: a file each
if PRODUCTION:
    vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25"))
elif TESTING:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAILBOX
EMAIL_TIMEOUT = 20  # seconds for a mail server's answer
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="HealthAdmin Pathways <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# A cookie named __Host- needs HTTPS, which a machine of one's own does not have.
COOKIE_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: an editor's day
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own

# What the browser is told; the policy itself stands in portal/middleware.py ----------------------

X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Preloading binds every subdomain of the owner's for years: theirs to decide, not ours.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")  # mailto: or https:, for security.txt
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")  # where readers and schools write to, on the contact page

# How many proxies of our own stand in front and add to X-Forwarded-For. None: the connection is the visitor's.
PROXIES_IN_FRONT = env.int("PROXIES_IN_FRONT", default=0)

UPLOADS = env.str("UPLOADS", default="") or VAR / "uploads"  # official files until a job has read them; never served
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

# Static files -------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MANIFEST_STRICT = False  # a file that was not collected costs its style, not the page
WHITENOISE_ALLOW_ALL_ORIGINS = False

# The rest -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},  # a 404 is no news
        "django.security": {"level": "ERROR"},  # nor is a bot with a wrong Host
        "psycopg.pool": {"level": "ERROR"},
    },
}
