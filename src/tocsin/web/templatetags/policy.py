"""Template tags of the policy: the fields of a version in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.defaultfilters import floatformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocsin.web.templatetags.rooms import known_label
from tocsin.web.templatetags.tocsin import day, term, unknown

register = template.Library()


@register.simple_tag
def field_name(name: str) -> str:
    """Return what a field of a version is called, a threshold by its own name."""
    kind, _dot, rest = name.partition(".")
    return known_label(rest, "threshold") if rest else term(kind, "policy_field")


@register.simple_tag
def field_value(name: str, value: Any) -> SafeString | str:
    """Return what a field of a version says, in words."""
    if value is None or value == "" or value == () or value == {}:
        return "—"
    if name.startswith("threshold."):
        return floatformat(value, "-2")
    if name == "interpretation":
        return term(value, "interpretation")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in ("override_roles", "step_down_roles"):
        return _(", ").join(term(role, "role") for role in value)
    if name == "review_on":
        return day(value)
    return _mapped(name, value) if isinstance(value, Mapping) else format_html("<bdi>{}</bdi>", value)


def _mapped(name: str, value: Mapping[str, Any]) -> SafeString:
    """Return one line for each entry of a field that holds several."""
    enum = {"caveats": "caveat", "grades": "rule", "anchors": "factor"}[name]
    lines = ((term(key, enum), _plain(name, one)) for key, one in value.items())
    return format_html_join("", "<div>{}: <bdi>{}</bdi></div>", lines)


def _plain(name: str, one: Any) -> str:
    if name == "caveats":
        return one["reading"] or unknown()
    if name == "anchors":
        return _("%(n)s languages") % {"n": len(one)}
    return str(one)
