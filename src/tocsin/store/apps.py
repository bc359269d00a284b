"""The Django app that owns the tables, under the label ``tocsin``."""

from __future__ import annotations

from django.apps import AppConfig


class StoreApp(AppConfig):
    """Every table of the product belongs to this one app."""

    name = "tocsin.store"
    label = "tocsin"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the mission's own rules count; what is wrong in them is left out, and `tocsin check` names its line."""
        from tocsin.core.reference import rules
        from tocsin.store import own_rules

        found, _ = own_rules.read_own()
        rules.set_for_mission(found)
