"""What the page of an alert asks of the warnings made from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from tocsin.core.alerts.clocks import clocks_for
from tocsin.core.reference.terms import Priority
from tocsin.services import viewing
from tocsin.store.queries import warnings as read

register = template.Library()


@register.simple_tag(takes_context=True)
def warnings_of(context: Mapping[str, Any], alert: Any) -> dict[str, Any]:
    """Return the warnings of an alert, whether the viewer may write one, and by when the community is told back."""
    viewer, now = context["viewer"], context["now"]
    limit = clocks_for(Priority(alert.priority), as_of=now).feedback
    return {
        "rows": read.warnings_of_alert(viewer, alert),
        "may_write": alert.state != "closed" and viewing.may(viewer, "create", "warning"),
        "feedback_due": alert.opened_at + limit if alert.feedback_at is None and alert.state != "closed" else None,
    }
