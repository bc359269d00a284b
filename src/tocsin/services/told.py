"""Records of the loop in plain values, as the API and the command line tell them.

Moments are ISO 8601 in UTC and null is unknown. No name of a person, no number and no words of a
report stand in any of them: only references, codes, moments and what a desk wrote down itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tocsin.core.alerts.types import OnDuty, Shift
from tocsin.core.evidence.corroboration import Suggestion
from tocsin.core.reference.viewer import Viewer
from tocsin.services import alerting, outcome, picture, relaying, viewing
from tocsin.services import handover as watch
from tocsin.services.refusals import found_or_refuse
from tocsin.services.wordlists import Group, Tried
from tocsin.store import access
from tocsin.store.queries import alerts as read
from tocsin.store.queries import desk, plans


def moment(value: datetime | None) -> str | None:
    """Return a moment as text, None while it has not come or is unknown."""
    return value.isoformat() if value is not None else None


# Alerts


def of_alert(viewer: Viewer, ref: str, *, now: datetime, through: str) -> dict[str, Any]:
    """Return who was told of an alert, saw it and has it, and all that was done about it; the look is written down."""
    row = viewing.show_alert(viewer, ref, now=now, through=through)
    seen = {one.ref for one in read.reports_of_alert(viewer, row)}
    kind, timing = outcome.response_of(viewer, row)
    return {
        "alert": row.ref,
        "told": [addressee(one) for one in read.addressees(viewer, row)],
        "calls": [call(one) for one in read.calls(viewer, row)],
        "tasks": [task(one) for one in plans.tasks_of(viewer, row)],
        "relays": [relay(one) for one in read.relays(viewer, row)],
        "harm": [harm(one, seen) for one in read.harm(viewer, row)],
        "feedback": [feedback(one) for one in plans.feedback_of(viewer, row)],
        "response_class": kind.value,
        "timing": timing.value,
        "determination": row.determination or None,
        "rests_on": [one for one in row.rests_on if not one.startswith("R-") or one in seen],
        "merged_into": _ref(row.merged_into),
    }


def options_of(viewer: Viewer, ref: str, *, now: datetime) -> dict[str, Any]:
    """Return what can be decided about an alert: by what mandate, on whose word, and what stands against it."""
    row = found_or_refuse(read.alert_row(viewer, ref), "alert")
    access.require(viewer, "decide", "alert", row)
    held = alerting.policy_at(now)
    return {
        "alert": row.ref,
        "policy_version": held.version,
        "mandate_ref": held.mandate_ref,
        "mandate_text": held.mandate_text,
        "options": [
            picture.option_json(one) | {"is_yours": viewer.system or viewer.role in one.may_order}
            for one in picture.options_of_alert(viewer, row, as_of=now)
        ],
    }


def relay_drafts(viewer: Viewer, ref: str, *, now: datetime) -> list[dict[str, Any]]:
    """Return the exact words each host authority would be sent about an alert, or why it is sent nothing."""
    row = found_or_refuse(read.alert_row(viewer, ref), "alert")
    return [
        {
            "to": one.account.username,
            "title": one.account.title,
            "language": one.account.language,
            "text": one.text or None,
            "withheld": one.withheld.as_json() if one.withheld else None,
        }
        for one in relaying.drafts(viewer, row, now=now)
    ]


def addressee(row: Any) -> dict[str, Any]:
    """Return what is on record between an alert and one post."""
    return {
        "account": row.account.username,
        "rung": row.rung,
        "stands_in_for": row.stands_in_for or None,
        "told_at": moment(row.told_at),
        "heard_at": moment(row.heard_at),
        "seen_at": moment(row.seen_at),
        "acknowledged_at": moment(row.acknowledged_at),
        "acknowledged_through": row.acknowledged_through or None,
        "held_until": moment(row.held_until),
        "unreached_at": moment(row.unreached_at),
        "withheld": row.withheld,
    }


def call(row: Any) -> dict[str, Any]:
    """Return one call to a post about an alert."""
    return {
        "account": row.account.username,
        "called_at": moment(row.called_at),
        "outcome": row.outcome,
        "note": row.note,
        "made_by": row.made_by,
        "made_at": moment(row.made_at),
    }


def task(row: Any) -> dict[str, Any]:
    """Return one task."""
    return {
        "ref": row.ref,
        "alert": _ref(row.alert),
        "what": row.what,
        "owner": row.owner,
        "asset": _ref(row.asset),
        "due_at": moment(row.due_at),
        "state": row.state,
        "done_at": moment(row.done_at),
        "note": row.note,
    }


def relay(row: Any) -> dict[str, Any]:
    """Return one notice to a host authority, or that it was kept back and why."""
    return {
        "to": row.to,
        "language": row.language,
        "withheld": row.withheld,
        "made_by": row.made_by,
        "made_at": moment(row.made_at),
    }


def harm(row: Any, seen: set[str]) -> dict[str, Any]:
    """Return what people suffered, with those reports behind it that the viewer may see."""
    return {
        "kind": row.kind,
        "phase": row.phase or None,
        "least": row.least,
        "most": row.most,
        "started_at": moment(row.started_at),
        "ended_at": moment(row.ended_at),
        "reports": [ref for ref in row.reports if ref in seen],
        "note": row.note,
        "made_by": row.made_by,
        "made_at": moment(row.made_at),
    }


def feedback(row: Any) -> dict[str, Any]:
    """Return what the community was told afterwards."""
    return {"method": row.method, "text": row.text, "given_by": row.given_by, "given_at": moment(row.given_at)}


# The watch


def on_duty(one: OnDuty) -> dict[str, Any]:
    """Return somebody who has the watch."""
    return {
        "account": one.account,
        "title": one.title,
        "role": one.role.value,
        "component": one.component.value,
        "sector": one.sector,
        "speaks": list(one.speaks),
        "rung": one.rung,
        "until": moment(one.until),
    }


def shift(one: Shift) -> dict[str, Any]:
    """Return one entry of the rota."""
    return {
        "number": one.number,
        "account": one.account,
        "sector": one.sector,
        "starts_at": moment(one.starts_at),
        "ends_at": moment(one.ends_at),
        "is_absence": one.is_absence,
    }


def keeper(row: Any) -> dict[str, Any]:
    """Return what the rota knows of an account that can have the watch."""
    return {
        "account": row.username,
        "deputy": row.deputy.username if row.deputy else None,
        "quiet_from": f"{row.quiet_from:%H:%M}" if row.quiet_from else None,
        "quiet_until": f"{row.quiet_until:%H:%M}" if row.quiet_until else None,
        "wakes_for": row.wakes_for,
        "speaks": list(row.speaks),
    }


def handover(viewer: Viewer, row: Any) -> dict[str, Any]:
    """Return a hand-over of the watch with its newest version, of its alerts those that the viewer may see."""
    newest = next(iter(desk.handover_versions(row)), None)
    return {
        "ref": row.ref,
        "sector": row.sector,
        "since": moment(row.since),
        "made_by": row.made_by,
        "made_at": moment(row.made_at),
        "signed_by": row.signed_by or None,
        "signed_at": moment(row.signed_at),
        "accepted_by": row.accepted_by or None,
        "accepted_at": moment(row.accepted_at),
        "version": newest.number if newest else None,
        "note": newest.note if newest else "",
        "facts": watch.shown(viewer, newest.facts) if newest else {},
    }


# Triage


def deed(row: Any) -> dict[str, Any]:
    """Return what one deed did to each record, by which it can be undone."""
    return {
        "number": row.pk,
        "kind": row.kind,
        "asked": row.asked,
        "made_by": row.made_by,
        "made_at": moment(row.made_at),
        "undone_at": moment(row.undone_at),
        "items": [
            {"subject": one.subject, "result": one.result, "reasons": one.reasons} for one in desk.deed_items(row)
        ],
    }


def suggestion(one: Suggestion) -> dict[str, Any]:
    """Return a report that may tell of the same event, with its reasons."""
    return {
        "ref": one.ref,
        "score": round(one.score, 3),
        "is_one_hand": one.is_one_hand,
        "reasons": [because.as_json() for because in one.reasons],
    }


def word(one: Group) -> dict[str, Any]:
    """Return a proposal for the word lists, with all that say the same."""
    return {
        "number": one.number,
        "language": one.language,
        "field": one.field,
        "words": one.words,
        "read_as": one.read_as,
        "corrected_to": one.corrected_to,
        "reports": list(one.reports),
    }


def tried(found: Tried) -> dict[str, Any]:
    """Return what a word would change; never the texts themselves."""
    return {
        "language": found.language,
        "concept": found.concept,
        "entry": found.entry,
        "tried_reports": found.tried_reports,
        "tried_examples": found.tried_examples,
        "broken_examples": found.broken,
        "reports": [{"ref": one.ref, "before": list(one.before), "after": list(one.after)} for one in found.reports],
        "examples": [
            {"ref": one.ref, "before": list(one.before), "after": list(one.after), "is_right": one.is_right}
            for one in found.examples
        ],
    }


def _ref(row: Any) -> str | None:
    return row.ref if row is not None else None
