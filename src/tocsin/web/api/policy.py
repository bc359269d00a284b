"""The threshold of an imminent threat: drafted, asked about, approved, acknowledged; rate of response; scorecard."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from ninja import Path, Query, Router, Status

from tocsin.core.reference.terms import PolicyOpinion
from tocsin.services import policy, response, scorecard, scorecard_export, told
from tocsin.store.queries import policy as read
from tocsin.web.api import given as shapes
from tocsin.web.api.deeds import LIST, MADE, OBJECT
from tocsin.web.api.doors import Door
from tocsin.web.api.duty import Number
from tocsin.web.api.shapes import Moment, Ref, Words
from tocsin.web.gate import require

router = Router(tags=["policy and response"])
_READ, _WRITE = Door("read:policy"), Door("write:policy")
Version = Annotated[Ref, Path()]


@router.get("/policies", auth=_READ, response=LIST)
def list_policies(request: Any) -> Any:
    """Return all versions, drafts first, then the newest in force."""
    require(request.viewer, "read", "policy")
    return [policy.told(request.viewer, row.version, now=request.now) for row in read.versions(request.viewer)]


@router.post("/policies", auth=_WRITE, response=MADE)
def draft(request: Any, given: shapes.VersionIn) -> Any:
    """Write a draft that says what the version in force says; its fields are changed on the pages."""
    policy.draft(request.viewer, given.version, now=request.now)
    return Status(201, policy.told(request.viewer, given.version, now=request.now))


@router.get("/policies/{version}", auth=_READ, response=OBJECT)
def one_policy(request: Any, version: Version) -> Any:
    """Return one version: what it says, who was asked, and who has not acknowledged it."""
    return policy.told(request.viewer, version, now=request.now)


@router.get("/policies/{version}/difference", auth=_READ, response=OBJECT)
def difference(request: Any, version: Version, days: Annotated[int, Query(ge=1, le=3660)] = 90) -> Any:
    """Return what approving a version would change: its fields, and the alerts it would judge otherwise."""
    return policy.difference_told(policy.difference(request.viewer, version, now=request.now, days=days))


@router.post("/policies/{version}/consult", auth=_WRITE, response=OBJECT)
def consult(request: Any, version: Version, given: shapes.ConsultIn) -> Any:
    """Ask components and contingents for their opinion of a draft."""
    asked = [(one.component, one.contingent) for one in given.parties]
    policy.open_consultation(request.viewer, version, asked, now=request.now)
    return one_policy(request, version)


@router.post("/policies/{version}/take-back", auth=_WRITE, response=OBJECT)
def take_back(request: Any, version: Version) -> Any:
    """Make a draft of a version in consultation again."""
    policy.take_back(request.viewer, version, now=request.now)
    return one_policy(request, version)


@router.post("/policies/{version}/opinion", auth=_WRITE, response=OBJECT)
def opinion(request: Any, version: Version, given: shapes.OpinionIn) -> Any:
    """Write what a component or contingent says of a version: agrees, with a caveat, or dissents."""
    party = (given.component, given.contingent)
    policy.give_opinion(request.viewer, version, party, PolicyOpinion(given.opinion), text=given.text, now=request.now)
    return one_policy(request, version)


@router.post("/policies/{version}/approve", auth=_WRITE, response=OBJECT)
def approve(request: Any, version: Version, given: shapes.ApproveIn) -> Any:
    """Approve a version whose difference was looked at, by the mark that the difference bears."""
    policy.approve(
        request.viewer, version, seen=given.seen, now=request.now, effective_from=given.effective_from, why=given.why
    )
    return one_policy(request, version)


@router.post("/policies/{version}/acknowledge", auth=_WRITE, response=OBJECT)
def acknowledge(request: Any, version: Version, given: shapes.CaveatsIn) -> Any:
    """Write that a component or contingent has an approved version, with the caveats that it declares."""
    party = (given.component, given.contingent)
    policy.acknowledge(request.viewer, version, party, caveats=given.caveats, now=request.now)
    return one_policy(request, version)


@router.get("/proposals", auth=_READ, response=LIST)
def list_proposals(request: Any) -> Any:
    """Return the open alerts that the version in force would judge otherwise."""
    require(request.viewer, "read", "alert")
    return [_proposal(row) for row in read.open_proposals(request.viewer)]


@router.post("/proposals/{number}", auth=Door("write:alerts"), response=OBJECT)
def settle(request: Any, number: Number, given: shapes.SettleIn) -> Any:
    """Accept what the version in force makes of an open alert, or leave the alert as it is."""
    policy.settle(request.viewer, number, is_accepted=given.is_accepted, why=given.why, now=request.now)
    return {"number": number, "is_accepted": given.is_accepted}


def _proposal(row: Any) -> dict[str, Any]:
    return {
        "number": row.pk,
        "alert": row.alert.ref,
        "version": row.policy.version,
        "before": row.before,
        "after": row.after,
        "because": row.because,
        "made_at": told.moment(row.made_at),
    }


@router.get("/response", auth=Door("read:alerts"), response=OBJECT)
def show_response(
    request: Any,
    since: Moment | None = None,
    until: Moment | None = None,
    sector: Words = "",
    priority: Literal["", "P1", "P2", "P3", "P4"] = "",
) -> Any:
    """Return the rate of response of a period, 30 days back where none is named: never one mixed number."""
    end = min(until or request.now, request.now)
    asked = response.Asked(since or end - timedelta(days=30), end, sector, priority)
    return response.as_json(response.figures(request.viewer, asked, now=request.now))


@router.get("/scorecard", auth=Door("read:alerts"), response=OBJECT)
def show_scorecard(
    request: Any,
    since: Moment | None = None,
    until: Moment | None = None,
    as_of: Moment | None = None,
    seed: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Any:
    """Return the scorecard of warnings of a period, 180 days back where none is named, as known at a moment."""
    now = min(as_of or request.now, request.now)
    end = min(until or now, now)
    asked = scorecard.Asked(since or end - scorecard.USUAL, end, now if as_of else None, seed)
    return scorecard_export.as_json(scorecard.sheet(request.viewer, asked, now=request.now))
