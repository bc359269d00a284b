"""What became of a record, in words: the verbs of the history."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

VERBS: Final[dict[str, Any]] = {
    "received": _("Received"),
    "read": _("Read by the system"),
    "grouped": _("Tied to an incident"),
    "regraded": _("Graded anew: another source speaks of it"),
    "graded": _("Graded"),
    "taken": _("Taken in hand"),
    "moved": _("Moved on in the verification"),
    "corrected": _("Corrected"),
    "merged": _("Merged into an incident"),
    "split": _("Given an incident of its own"),
    "assigned": _("Given to a post or component"),
    "pair_rejected": _("Said not to be the same event as another"),
    "merged_away": _("Merged into another alert"),
    "took_in": _("Took another alert in"),
    "undone": _("Undone"),
    "no_alert": _("No alert raised"),
    "opened": _("Alert opened"),
    "silence_joined": _("More nodes fell silent"),
    "declared_live": _("Declared live"),
    "joined": _("Another report joined"),
    "disseminate": _("Sent out"),
    "escalate": _("No answer: the next rung was told"),
    "escalated_by_hand": _("Escalated by a person"),
    "remind": _("Reminded"),
    "wake": _("Quiet hours over: told"),
    "scream": _("Nobody answers: every desk told"),
    "told_again": _("Told again: it was raised or placed elsewhere"),
    "nobody_to_tell": _("Nobody could be told"),
    "called": _("Called by telephone"),
    "harm_recorded": _("Harm written down"),
    "relayed": _("Passed on to the host authority"),
    "relay_withheld": _("Not passed on to the host authority"),
    "chase_delegate": _("Asked after the hand-over"),
    "chase_decision": _("Asked for a decision"),
    "chase_movement": _("Asked about the movement"),
    "chase_feedback": _("Asked to tell the community"),
    "chase_note": _("Asked for the note"),
    "acknowledged": _("Acknowledged"),
    "decided": _("Decided"),
    "delegated": _("Handed over, not confirmed"),
    "delegate_confirmed": _("Hand-over confirmed by an independent source"),
    "tasked": _("Tasked"),
    "task_given": _("Task given"),
    "task_moved": _("Task moved on"),
    "gap_opened": _("Capability gap opened"),
    "en_route": _("On the way"),
    "arrived": _("On the scene"),
    "effect_reported": _("Effect reported"),
    "feedback_given": _("Community told"),
    "closed": _("Closed"),
    "recounted": _("Sources counted anew"),
    "incident_opened": _("Incident opened"),
    "rejudged": _("Judged anew under a new policy, accepted by a person"),
    "rejudgement_left": _("Left as it was judged, under the policy before"),
    "people_warned": _("People at risk were warned"),
    "warning_written": _("Warning written"),
    "warning_released": _("Warning released by a second person"),
    "warning_released_at_once": _("Focal points told at once by one person"),
    "warning_replaced": _("Replaced by an update"),
    "warning_cancelled": _("Warning cancelled"),
    "warning_dropped": _("Draft left aside"),
}
# Facts of a history entry that a person wrote, and that are shown under it.
_WORDS: Final = ("why", "determination", "confirmed_by", "delegated_to", "why_no_feedback", "through")
_MAJOR: Final = frozenset(
    {
        "received",
        "opened",
        "acknowledged",
        "decided",
        "delegated",
        "arrived",
        "people_warned",
        "warning_released",
        "warning_released_at_once",
        "feedback_given",
        "closed",
    }
)


# What the ladder repeats by itself; several in a row are shown as one.
_REPEATED: Final = frozenset(
    {"remind", "scream", "chase_delegate", "chase_decision", "chase_movement", "chase_feedback", "chase_note"}
)


def told(timeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a timeline for the page, newest first: verb in words, what was written, and the reasons."""
    shown: list[dict[str, Any]] = []
    for entry in reversed(timeline):
        last = shown[-1] if shown else None
        if last and entry["verb"] in _REPEATED and (entry["verb"], entry["subject"]) == (last["verb"], last["subject"]):
            last["times"] += 1
            continue
        shown.append(_entry(entry))
    return shown


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **entry,
        "words": VERBS.get(entry["verb"], entry["verb"].replace("_", " ")),
        "said": [str(entry["facts"][name]) for name in _WORDS if entry["facts"].get(name)],
        "reasons": entry["facts"].get("reasons") or (),
        "people": entry["facts"].get("told") or (),
        "major": entry["verb"] in _MAJOR,
        "times": 1,
    }
