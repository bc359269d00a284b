"""Help: first steps by role, keys, grades, words, and what cannot be hidden."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from tocsin.core.reference import load
from tocsin.core.reference.terms import Level, Priority, Role

STEPS: Final[dict[Role, tuple[Any, ...]]] = {
    Role.DUTY_OFFICER: (
        _("Open the duty desk. What needs somebody now stands first, the first clock to run out at the top."),
        _("Acknowledge an alert with w: from then on your name stands on it, and the ladder stops climbing."),
        _("Open a report, read what was told and why it was read so, and grade source and content apart."),
        _("Decide on every alert: respond, hand over, refer, watch, or say that there are no means. Give the reason."),
        _("Tell the community what was done, or that nothing could be. Then close, on what somebody found."),
    ),
    Role.PROTECTION_LEAD: (
        _("Look at the alerts without a decision and at those handed over and not confirmed."),
        _("Read the matrix: what must be done stands first, whether there are means for it or not."),
        _("See on the coverage page who cannot be reached in time, and what would close the gap."),
        _("Put a policy in force only after you have read what it would change."),
    ),
    Role.FIELD_LIAISON: (
        _("Take a call: where first, then what, in the caller’s own words. Read the number back."),
        _("Never write the caller’s name. The number to call back is sealed when you save."),
        _("Tell the community afterwards what was done, and write down how you told them."),
    ),
    Role.ANALYST: (
        _("Work through the queue from the top. A low grade is no reason to leave a report aside."),
        _("Merge reports that tell of one incident. Two messages from one source count once."),
        _("Correct what was misread, and say why. The first reading stays on record."),
    ),
    Role.COMPONENT_PLANNER: (
        _("Acknowledge the alerts of your sector, and look at the options with what stands against them."),
        _("Give each task a named owner and a time. Say when a patrol is turned back."),
    ),
    Role.RESOURCE_ALLOCATOR: (
        _("Begin with the gap: who cannot be reached in time, and which one more asset buys most."),
        _("A decision for lack of means opens a capability gap by itself. Follow it until it is closed."),
    ),
    Role.AUDITOR: (
        _("The audit page lists who did and saw what, by reference. It holds no text and no name."),
        _("Compare the head of the chain with the one you wrote down outside the system."),
    ),
}


@login_not_required
def help_page(request: Any) -> HttpResponse:
    """Show help, beginning with the first steps of the viewer's own role."""
    viewer = request.viewer
    shown = {
        "steps": STEPS.get(viewer.role, ()) if viewer else (),
        "letters": "ABCDEF",
        "figures": (1, 2, 3, 4, 5, 6),
        "levels": [one.value for one in Level],
        "priorities": [one.value for one in Priority],
        "words": [code.removeprefix("definition.") for code in _defined()],
    }
    return render(request, "help/help.html" if viewer else "help/public.html", shown)


def _defined() -> list[str]:
    """Return the codes of all definitions in the order of the glossary."""
    return [code for code in load.read_folder("wording") if code.startswith("definition.")]


urlpatterns = [path("help/", help_page, name="help")]
