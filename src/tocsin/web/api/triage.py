"""Triage: take, judge, correct, join and part reports; every deed can be undone. And the words it proposes."""

from __future__ import annotations

from typing import Any

from ninja import Router, Status

from tocsin.services import alerting, regrouping, told, triage, verification, wordlists
from tocsin.services import desk as desk_service
from tocsin.services.refusals import found_or_refuse
from tocsin.store.queries import desk, evidence
from tocsin.web.api import given as shapes
from tocsin.web.api.deeds import LIST, MADE, OBJECT, AlertRef
from tocsin.web.api.doors import Door
from tocsin.web.api.duty import Number
from tocsin.web.gate import require

router = Router(tags=["triage"])
_READ, _WRITE = Door("read:reports"), Door("write:reports")


@router.post("/triage", auth=_WRITE, response=MADE)
def set_many(request: Any, given: shapes.TriageIn) -> Any:
    """Set the same on many reports; each gets an answer, and what is refused for one holds up no other."""
    require(request.viewer, "verify", "report")
    asked = triage.Asked(**given.dict(exclude={"refs", "why"}))
    return Status(201, told.deed(triage.apply(request.viewer, given.refs, asked, why=given.why, now=request.now)))


@router.post("/merges", auth=_WRITE, response=MADE)
def merge(request: Any, given: shapes.MergeIn) -> Any:
    """Say that reports tell of one event: that of an incident, or of the report that is the main one."""
    made = regrouping.merge_many(request.viewer, given.refs, given.into, why=given.why, now=request.now)
    return Status(201, told.deed(made))


@router.post("/splits", auth=_WRITE, response=MADE)
def split(request: Any, given: shapes.SplitIn) -> Any:
    """Say that reports tell of something else: together they get one incident of their own."""
    return Status(201, told.deed(regrouping.split_many(request.viewer, given.refs, why=given.why, now=request.now)))


@router.get("/deeds/{number}", auth=_READ, response=OBJECT)
def one_deed(request: Any, number: Number) -> Any:
    """Return what a deed of the caller's own did to each record."""
    return told.deed(found_or_refuse(desk.deed_row(request.viewer, number), "deed"))


@router.post("/deeds/{number}/undo", auth=_WRITE, response=OBJECT)
def undo(request: Any, number: Number) -> Any:
    """Undo a deed of the caller's own as a whole; what others changed since stays, and is told."""
    return told.deed(triage.undo(request.viewer, number, now=request.now))


@router.get("/reports/{ref}/suggestions", auth=_READ, response=LIST)
def suggestions(request: Any, ref: AlertRef) -> Any:
    """Return the reports that may tell of the same event, the likeliest first, with the reasons of each pair."""
    return [told.suggestion(one) for one in desk_service.suggested(request.viewer, ref, now=request.now)]


@router.post("/reports/{ref}/apart", auth=_WRITE, response=OBJECT)
def keep_apart(request: Any, ref: AlertRef, given: shapes.OtherIn) -> Any:
    """Say that two reports do not tell of one thing; the pair is not offered again."""
    desk_service.reject(request.viewer, ref, given.other, now=request.now)
    return {"ref": ref, "other": given.other}


@router.post("/reports/{ref}/take", auth=_WRITE, response=OBJECT)
def take(request: Any, ref: AlertRef) -> Any:
    """Take a report in hand: it then has a name on it."""
    return evidence.state_of(verification.take(request.viewer, ref, now=request.now))


@router.post("/reports/{ref}/correct", auth=_WRITE, response=OBJECT)
def correct(request: Any, ref: AlertRef, given: shapes.CorrectIn) -> Any:
    """Correct what was read; the reading before stays in the history."""
    row = verification.correct(request.viewer, ref, given.fields, why=given.why, now=request.now)
    return evidence.state_of(row)


@router.post("/reports/{ref}/alarm", auth=Door("write:alerts"), response=MADE)
def raise_alarm(request: Any, ref: AlertRef, given: shapes.WhyIn) -> Any:
    """Open an alert on a report because a person says so, whatever the rules said."""
    return Status(201, {"alert": alerting.open_by_hand(request.viewer, ref, why=given.why, now=request.now)})


@router.get("/words", auth=Door("read:words"), response=LIST)
def list_words(request: Any) -> Any:
    """Return the words that corrections propose for the mission's lists, those made most often first."""
    return [told.word(one) for one in wordlists.grouped(request.viewer)]


@router.post("/words/try", auth=Door("read:words"), response=OBJECT)
def try_word(request: Any, given: shapes.TryWordIn) -> Any:
    """Return which recent reports and which examples a word would make read otherwise; nothing is changed."""
    return told.tried(wordlists.try_word(request.viewer, given.language, given.concept, given.words, now=request.now))


@router.post("/words/{number}/accept", auth=Door("write:words"), response=OBJECT)
def accept_word(request: Any, number: Number, given: shapes.AcceptWordIn) -> Any:
    """Write a word into the mission's own list; from the next message on it is read with it."""
    wordlists.accept(request.viewer, number, given.concept, given.words, now=request.now)
    return {"number": number, "state": "accepted"}


@router.post("/words/{number}/reject", auth=Door("write:words"), response=OBJECT)
def reject_word(request: Any, number: Number, given: shapes.WhyIn) -> Any:
    """Reject a proposal, and all that say the same."""
    wordlists.reject(request.viewer, number, why=given.why, now=request.now)
    return {"number": number, "state": "rejected"}
