"""Settings, read from the environment.

Nothing has to be set to develop, test or run the demo. `DJANGO_ENV=production` turns on everything a service needs
(HTTPS, strict cookies, hashed static files) and refuses to start without a secret key, its hosts and a database.
CONTRIBUTING.md lists every variable.
"""

import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from whitenoise.compress import Compressor

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

PRODUCTION = env("DJANGO_ENV", default="development") == "production"
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
HTTPS = env.bool("HTTPS", default=PRODUCTION)

LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
if PRODUCTION:
    SECRET_KEY = env("SECRET_KEY")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
    if DEBUG or DEMO:
        raise ImproperlyConfigured("DEBUG and DEMO must be off when DJANGO_ENV is production.")
else:
    SECRET_KEY = "known-to-everyone-so-for-this-computer-only"  # noqa: S105 - the next lines keep it off any network
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOOPBACK)
    if not set(LOOPBACK).issuperset(ALLOWED_HOSTS):
        raise ImproperlyConfigured("Other hosts than this computer in ALLOWED_HOSTS need DJANGO_ENV=production.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "pathway.accounts",
    "pathway.wording",
    "pathway.clinic",
    "pathway.plans",
    "pathway.followup",
    "pathway.exchange",
    "pathway.releases",
    "django_tasks",
    "django_tasks_db",
    "pathway.accounts.admin_config.PathwayAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "csp",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pathway.accounts.middleware.Compressed",
    "pathway.accounts.middleware.RequestLog",
    "pathway.accounts.middleware.NeverStored",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pathway.accounts.middleware.UnusableInput",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "pathway.accounts.session_limits.SessionLimits",
    "pathway.accounts.middleware.SignInRequired",
    "pathway.accounts.second_factor.SecondFactorRequired",
    "allauth.account.middleware.AccountMiddleware",
    "pathway.wording.middleware.WordingLoaded",
]

ROOT_URLCONF = "pathway.urls"
WSGI_APPLICATION = "pathway.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pathway.pages.frame",
                "pathway.page_help.page_help",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = "clinic_pack"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["clinic_pack"]
CRISPY_FAIL_SILENTLY = False

# ------------------------------------------------------------------------------------------------------------ database
_DEFAULT_DATABASE = BASE_DIR / ("demo.sqlite3" if DEMO else "db.sqlite3")
if PRODUCTION:
    DATABASES = {"default": env.db_url("DATABASE_URL")}
else:
    DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{_DEFAULT_DATABASE}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # FULL: a signature survives a power cut. IMMEDIATE: a writer waits its turn instead of failing half way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON; PRAGMA cell_size_check=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Nobody waits longer for someone else's lock; SQLite's timeout is the same thing.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c lock_timeout=10s"
# Opened anew for each request, SQLite's would also write its log back each time: a quarter of the time of a request.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The limits on sign-in attempts are counted here, so every worker process must see the same counts.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}}

# Replays of a draft over all visits: at once, or by any number of `manage.py db_worker`.
TASK_WORKERS = env.bool("TASK_WORKERS", default=False)
_TASKS_BY = "django_tasks_db.DatabaseBackend" if TASK_WORKERS else "django_tasks.backends.immediate.ImmediateBackend"
TASKS = {"default": {"BACKEND": _TASKS_BY}}

# ------------------------------------------------------------------------------------------------------------- sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["pathway.accounts.backend.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "pathway.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "pathway.accounts.forms.SignInForm",
    "change_password": "pathway.accounts.forms.NewPasswordForm",
    "reauthenticate": "pathway.accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip,5/5m/key"}

# A second factor (an app's code or a passkey) beside the password. Its lack leads to setting one up, before any page.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=PRODUCTION)
MFA_ADAPTER = "pathway.accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "pathway.accounts.forms.CodeForm",
    "reauthenticate": "pathway.accounts.forms.ConfirmCodeForm",
    "activate_totp": "pathway.accounts.forms.FirstCodeForm",
    "login_webauthn": "pathway.accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "pathway.accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "pathway.accounts.forms.ConfirmPasskeyForm",
    "add_webauthn": "pathway.accounts.forms.NewPasskeyForm",
    "edit_webauthn": "pathway.accounts.forms.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Vertebra Pathway"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute wrong
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers allow it on this computer only
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from an administrator

# The hospital's own sign-in beside passwords, where OIDC_ISSUER names it.
SOCIALACCOUNT_ADAPTER = "pathway.accounts.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = {}
if OIDC_ISSUER := env("OIDC_ISSUER", default=""):
    if PRODUCTION and not OIDC_ISSUER.startswith("https://"):
        raise ImproperlyConfigured("OIDC_ISSUER must begin with https:// when DJANGO_ENV is production.")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": env("OIDC_NAME", default="single sign-on"),
                "client_id": env("OIDC_CLIENT_ID"),
                "secret": env("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }

# Whoever signs, exports or changes roles shows again that it is they, unless they did in the last five minutes.
CONFIRM_TO_SIGN = env.bool("CONFIRM_TO_SIGN", default=PRODUCTION)
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60

SESSION_COOKIE_AGE = 12 * 60 * 60  # however busy
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=15 * 60)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would sign out a clinician who follows a link from the hospital's record.
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "pathway.accounts.refusals.csrf_failure"

# ------------------------------------------------------------------------------------------------------------ security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if env.bool("BEHIND_PROXY", default=False):
    # Only behind a proxy that removes this header from what a browser sends.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: for the bar code that sets up a second factor
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

# -------------------------------------------------------------------------------------------------- language and files
LANGUAGE_CODE = "en-us"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "pathway.formats"
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", default="UTC")

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")) if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "ttf")  # for print, never sent
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --------------------------------------------------------------------------------------------------------------- paper
PRINT_PROCESSES = env.int("PRINT_PROCESSES", default=2)  # of each web process; both papers of a plan at the same time
PRINT_AHEAD = env.bool("PRINT_AHEAD", default=True)  # while the clinician reads the page to sign
PRINT_SECONDS = env.float("PRINT_SECONDS", default=25)  # below the 30 after which gunicorn ends its worker

# ----------------------------------------------------------------------------------------------------------------- log
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "pathway.accounts.log.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # Both repeat the address a browser asked for; RequestLog says the same without it.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}
