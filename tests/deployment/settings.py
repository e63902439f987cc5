"""Django's settings. The environment chooses the database, the release and the latency."""

import os

PROFILE = os.environ.get("PROFILE", "documented")
LATENCY = float(os.environ.get("LATENCY", "0")) / 1000

SECRET_KEY = "a deployment for tests keeps no secrets"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "deployment.urls"
WSGI_APPLICATION = "deployment.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "rest_framework",
    "django_filters",
    "deployment",
]
MIDDLEWARE = [
    "deployment.middleware.latency",
    "deployment.middleware.dry_run",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
AUTH_USER_MODEL = "deployment.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": os.environ.get("DATABASE_HOST", ""),
        "CONN_MAX_AGE": None,
        "ATOMIC_REQUESTS": True,
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en-us"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "deployment.authentication.ExpiringTokenAuthentication",
        "deployment.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["drf_orjson_renderer.renderers.ORJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "drf_orjson_renderer.parsers.ORJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "deployment.pagination.LinkHeaderPagination",
    "PAGE_SIZE": 10,
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "handlers": {"screen": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["screen"], "level": "ERROR"}},
}
