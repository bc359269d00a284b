"""Template tags of the rate of response: a share with what it divides, minutes, classes, published figures."""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.core.lessons.response import Answered, Share
from tocsin.core.reference import wording
from tocsin.core.reference.terms import ResponseClass
from tocsin.web.templatetags.rooms import hours
from tocsin.web.templatetags.tocsin import language, number, term, unknown

register = template.Library()
_SHARES: Final = {
    "delegated_unconfirmed": gettext_lazy("Handed over, and for over a day confirmed by nobody"),
    "harmed_after_warning": gettext_lazy("People harmed after the alert, of those where somebody looked"),
    "false_alarms": gettext_lazy("False alarms, of those where it is known"),
    "feedback": gettext_lazy("Community told, of those closed"),
    "silent_nodes": gettext_lazy("Silent nodes of the networks"),
}


@register.simple_tag(name="share")
def share_of(found: Share) -> SafeString | str:
    """Return so many of so many, and the percentage beside it; the word unknown where there is nothing to divide."""
    if not found.of:
        return unknown()
    counted = _("%(count)s of %(of)s") % {"count": number(found.count), "of": number(found.of)}
    return format_html('{} <span class="muted nowrap">({} %)</span>', counted, round(100 * found.count / found.of))


@register.simple_tag
def share_name(name: str) -> str:
    """Return what a share is called."""
    return str(_SHARES[name])


@register.simple_tag
def class_name(found: ResponseClass | None) -> str:
    """Return the name of a class of response; without one, that none is on record."""
    return _("Not on record") if found is None else f"{found.value} · {term(found, 'response_class')}"


@register.simple_tag
def minutes(found: float | None) -> str:
    """Return minutes, or hours where there are many; the word unknown where nobody knows."""
    if found is None:
        return unknown()
    return hours(found / 60) if found >= 120 else _("%(minutes)s min") % {"minutes": number(round(found))}


@register.simple_tag
def lead(one: Answered) -> str:
    """Return the hours from an alert to the harm."""
    return hours(None if one.harm_at is None else (one.harm_at - one.opened_at).total_seconds() / 3600)


@register.simple_tag
def published(name: str, part: str = "") -> str:
    """Return a published figure, why it cannot be compared, or where it stands."""
    return wording.label(f"published.{name}.{part}" if part else f"published.{name}", language())


@register.filter
def unlocalize(value: Any) -> str:
    """Return a number as a drawing needs it, whatever the language."""
    return f"{value:g}"
