"""Settings of one mission, read from its folder.

A mission is a folder with ``mission.toml``, ``keys/secret.key`` and, in the embedded default,
``mission.db``. The environment names the folder:

TOCSIN_MISSION
    Path of the mission folder. Without it only commands that keep nothing can run.
TOCSIN_DATABASE_URL
    ``postgresql://user:password@host:port/name`` or ``sqlite:///path``; overrides ``database`` of mission.toml.
TOCSIN_HOSTS
    Host names the pages answer to, with commas between; overrides ``hosts`` of mission.toml.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pysqlite3
import pysqlite3.dbapi2

# SQLite 3.7.0 to 3.51.2 can lose committed transactions in WAL mode; Debian's is one of them.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

# Threads that wait by spinning cost far more than they give on a small machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

PACKAGE = Path(__file__).resolve().parent
MISSION_FOLDER = Path(os.environ["TOCSIN_MISSION"]).resolve() if os.environ.get("TOCSIN_MISSION") else None


def _read_mission(folder: Path | None) -> dict[str, Any]:
    if folder is None:
        return {"mission": "", "country": "", "zone": "+00:00", "languages": ["en"]}
    path = folder / "mission.toml"
    if not path.is_file():
        raise SystemExit(f"{folder}: there is no mission.toml here. Make a mission with: tocsin init {folder}")
    return tomllib.loads(path.read_text("utf-8"))


def _read_master_key(folder: Path | None) -> bytes:
    if folder is None:
        return b"no mission: nothing is kept"
    path = folder / "keys" / "secret.key"
    if not path.is_file():
        raise SystemExit(
            f"{path}: the mission's key is missing. Restore it from its sealed copy; nothing opens without it."
        )
    return path.read_bytes().strip()


def derive_key(purpose: str) -> bytes:
    """Return the 32-byte key for one purpose, derived from the mission's master key."""
    return hmac.new(_MASTER, b"tocsin:" + purpose.encode(), hashlib.sha256).digest()


def _database(mission: dict[str, Any], folder: Path | None) -> dict[str, Any]:
    url = os.environ.get("TOCSIN_DATABASE_URL") or mission.get("database", "")
    if url.startswith(("postgresql://", "postgres://")):
        parts = urlsplit(url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"options": "-c synchronous_commit=on -c timezone=UTC"},
        }
    file = url.removeprefix("sqlite://") if url.startswith("sqlite:///") else folder and str(folder / "mission.db")
    return {
        "ENGINE": "tocsin.store.sqlite",
        "NAME": file or ":memory:",
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            # Without IMMEDIATE a transaction that reads first and then writes fails as "locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-65536; PRAGMA mmap_size=1073741824; PRAGMA temp_store=MEMORY;"
                "PRAGMA wal_autocheckpoint=2000; PRAGMA journal_size_limit=67108864; PRAGMA secure_delete=ON"
            ),
        },
        # A file, so that the pragmas that guard commits mean the same under test as in the field.
        "TEST": {"NAME": str(folder / "test.db")} if folder else {},
    }


MISSION = _read_mission(MISSION_FOLDER)
_MASTER = _read_master_key(MISSION_FOLDER)

SECRET_KEY = derive_key("sessions").hex()
# One key a purpose; the vault reads them here, and nothing else does.
VAULT_KEYS = {purpose: derive_key(purpose) for purpose in ("handles", "tokens", "vault")}
DEBUG = False
HTTPS = bool(MISSION.get("https", False))
ALLOWED_HOSTS = [
    *(os.environ.get("TOCSIN_HOSTS") or ",".join(MISSION.get("hosts", []))).split(","),
    "localhost",
    "127.0.0.1",
    "[::1]",
]
ALLOWED_HOSTS = [host for host in ALLOWED_HOSTS if host]

DATABASES = {"default": _database(MISSION, MISSION_FOLDER)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "tocsin.store.apps.StoreApp",
    "tocsin.web.apps.WebApp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tocsin.web.viewer.ViewerMiddleware",
]

ROOT_URLCONF = "tocsin.web.urls"
WSGI_APPLICATION = "tocsin.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tocsin.web.viewer.page_context",
            ],
            "builtins": ["django.templatetags.i18n", "tocsin.web.templatetags.tocsin"],
        },
    }
]

AUTH_USER_MODEL = "tocsin.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["tocsin.store.passwords.FieldArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tocsin.web.signin.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/key,60/5m/ip", "login": "120/m/ip"}
MFA_ADAPTER = "tocsin.web.signin.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Tocsin"

SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Larger bodies are refused before they are read into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

LANGUAGE_CODE = MISSION.get("language", "en")
LANGUAGES = [("en", "English"), ("fr", "Français"), ("ar", "العربية")]
LOCALE_PATHS = [PACKAGE / "locale", PACKAGE.parents[1] / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = (MISSION_FOLDER or PACKAGE) / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MIMETYPES = {".mjs": "text/javascript"}
WHITENOISE_MAX_AGE = 3600

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Only times, levels and references reach the log: never a name, a number, a place or a text.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_secrets": {"()": "tocsin.web.secret_paths.NoSecretPaths"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A stranger's host name is answered with 400; its traceback would only fill the log.
    "loggers": {
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        # These two write the address of what they refuse.
        "django.request": {"filters": ["no_secrets"]},
        "django.security.csrf": {"filters": ["no_secrets"]},
    },
}
