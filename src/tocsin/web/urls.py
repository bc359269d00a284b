"""Addresses: every module of `tocsin.web.pages` brings its own list; sign-in and the API stand here."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from tocsin.web import pages, signin

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include(signin.urlpatterns)),
    *(path("", include(f"{pages.__name__}.{found.name}")) for found in pkgutil.iter_modules(pages.__path__)),
]
if find_spec("tocsin.web.api") and hasattr(import_module("tocsin.web.api"), "urlpatterns"):
    urlpatterns.append(path("api/", include("tocsin.web.api")))

handler400 = "tocsin.web.errors.bad_request"
handler403 = "tocsin.web.errors.forbidden"
handler404 = "tocsin.web.errors.not_found"
handler500 = "tocsin.web.errors.failed"
