"""The Django app that owns the tables, under the label ``tocsin``."""

from __future__ import annotations

from django.apps import AppConfig


class StoreApp(AppConfig):
    """Every table of the product belongs to this one app."""

    name = "tocsin.store"
    label = "tocsin"
    default_auto_field = "django.db.models.BigAutoField"
