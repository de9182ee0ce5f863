"""Django settings. Every value that differs between places comes from the environment."""

import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from common.problems import PROGRAMS
from config.env import Environment
from config.gis_libraries import library_paths

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
globals().update(library_paths())

DEBUG = env.debug()
SECRET_KEY = env.secret_key()
ALLOWED_HOSTS = env.allowed_hosts()
DATABASES = {"default": env.database()}
# pgtrigger asks for this setting at every row; where it is not set that costs an aborted
# subtransaction each, which makes changes of many rows quadratic.
_OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
_OPTIONS["options"] = f"{_OPTIONS.get('options', '')} -c pgtrigger.ignore={{}}".strip()
VAR_DIR = Path(env.values.get("DIMING_VAR") or BASE_DIR / "var")
# Data of packages that are only unpacked (requirements-unpacked.txt).
OPEN_DATA_DIR = Path(sys.prefix) / "open-data"

OUR_APPS = [
    "common",
    "accounts",
    "boundaries",
    "gazetteer",
    "signage",
    "facilities",
    "api",
    "compendium",
    "demo",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "axes",
    "csp",
    "corsheaders",
    "pgtrigger",
    "pghistory",
    "django_tasks",
    "django_tasks_db",
    *OUR_APPS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.KeyMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "common.middleware.DayMiddleware",
    "common.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context_processors.shell",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_RESET_ON_SUCCESS = True
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# Plain HTTP is for development on the loopback only.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = env.production
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=env.production)
SECURE_HSTS_SECONDS = 31_536_000 if env.production else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.production
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.production else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

TIANDITU_KEY = env.values.get("TIANDITU_KEY", "")
TIANDITU_HOSTS = [f"https://t{n}.tianditu.gov.cn" for n in range(8)] if TIANDITU_KEY else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *TIANDITU_HOSTS],
        "font-src": [SELF],
        "connect-src": [SELF, *TIANDITU_HOSTS],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Web maps and OpenRefine on pages elsewhere read with a key; cookies never go along.
CORS_URLS_REGEX = f"^({'|'.join(PROGRAMS)})"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_HEADERS = (
    "accept",
    "accept-language",
    "authorization",
    "content-crs",
    "content-type",
    "if-match",
    "if-none-match",
    "x-reason",
)
CORS_EXPOSE_HEADERS = ("Content-Crs", "ETag", "Location", "Retry-After")

# Notices by e-mail: printed in development, by SMTP where a host is set.
EMAIL_HOST = env.values.get("EMAIL_HOST", "")
EMAIL_PORT = int(env.values.get("EMAIL_PORT") or 587)
EMAIL_HOST_USER = env.values.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.values.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_TLS", default=True)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = env.values.get("EMAIL_FROM") or "diming@localhost"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale" / app for app in OUR_APPS]
LANGUAGE_COOKIE_AGE = 365 * 86_400
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# script/setup copies the few library files that pages use out of node_modules.
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", BASE_DIR / "var" / "vendor")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = VAR_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
# A folder of photos comes as one file each.
DATA_UPLOAD_MAX_NUMBER_FILES = 2000

# Reading changes nothing: only what may write tells the database who is at work.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

# Of made tiles that hold, so many megabytes are kept by each server process; 0: none.
KEPT_TILES_MB = int(env.values.get("KEPT_TILES_MB", "64"))
# Whether a webhook may lead to the machine that sends it: to try it out, never in production.
WEBHOOKS_TO_THIS_MACHINE = env.flag("WEBHOOKS_TO_THIS_MACHINE", default=not env.production)
# The jurisdiction whose city the home page opens on.
# Where measures over the whole country are worked on; empty: by processes of this machine.
DASK_SCHEDULER = env.values.get("DASK_SCHEDULER", "")
HOME_JURISDICTION = env.values.get("HOME_JURISDICTION", "4401")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
