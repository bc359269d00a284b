"""The Django app of the pages."""

from __future__ import annotations

from django.apps import AppConfig


class WebApp(AppConfig):
    """Templates, static files and template tags of the pages."""

    name = "tocsin.web"
    label = "tocsin_web"
