"""The entry for an asynchronous server. gunicorn with synchronous workers (wsgi.py) is faster for this application."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pathway.settings")
application = get_asgi_application()
