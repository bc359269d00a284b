"""Template tags of the word lists: what a word stands for, and what a reading says, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from tocsin.core.reference import wording
from tocsin.web.templatetags.tocsin import language, term

register = template.Library()


@register.filter
def concept_name(code: str) -> str:
    """Return what a list stands for: a code of events by its label, any other as it is called in the lists."""
    label = f"term.event_code.{code}"
    return f"{code} · {wording.label(label, language())}" if wording.has(label) else code.replace("_", " ")


@register.simple_tag
def reading_said(said: Sequence[str]) -> str:
    """Return kind, events, state and priority of a reading on one line."""
    kind, events, state, priority = said
    return " · ".join(filter(None, (term(kind, "report_kind"), events, term(state, "imminence_state"), priority)))
