"""The entry for gunicorn: `gunicorn pathway.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pathway.settings")
application = get_wsgi_application()

from pathway.plans import paper  # noqa: E402 - needs the settings

paper.printers().warm_up()

# What is loaded by now stays: a collection of garbage need not walk it again while somebody waits.
gc.collect()
gc.freeze()
