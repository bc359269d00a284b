"""WSGI entry of the pages and the API."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
