"""Writes of the duty desk: deeds and what they moved, who saw what, hand-overs, rejected pairs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tocsin.core.reference.results import Because
from tocsin.store.models import (
    Account,
    Addressee,
    Alert,
    AlertReport,
    Deed,
    DeedItem,
    Handover,
    HandoverVersion,
    RejectedPair,
    Report,
    SavedFilter,
    Sighting,
    WordProposal,
)

_SEEN_AGAIN = timedelta(seconds=10)


def begin_deed(kind: str, *, by: str, at: datetime, asked: dict[str, Any] | None = None, why: str = "") -> Deed:
    """Open a deed on several records."""
    return Deed.objects.create(kind=kind, made_by=by, made_at=at, asked=asked or {}, why=why[:400])


def add_item(
    deed: Deed, subject: str, *, before: dict[str, Any], after: dict[str, Any], reasons: Iterable[Because] = ()
) -> DeedItem:
    """Write what a deed did to one record; with reasons and nothing changed, why it did not."""
    told = [because.as_json() for because in reasons]
    result = "refused" if told and before == after else "done"
    return DeedItem.objects.create(deed=deed, subject=subject, before=before, after=after, result=result, reasons=told)


def settle_item(item: DeedItem, *, result: str, reasons: Iterable[Because] = ()) -> None:
    """Write whether an item was undone, or why it was kept."""
    item.result, item.reasons = result, [because.as_json() for because in reasons]
    item.save(update_fields=["result", "reasons"])


def undo_deed(deed: Deed, *, by: str, at: datetime) -> bool:
    """Mark a deed as undone, if nobody did so before."""
    return Deed.objects.filter(pk=deed.pk, undone_at=None).update(undone_by=by, undone_at=at) == 1


def saw(username: str, subject: str, *, at: datetime) -> None:
    """Remember that an account opened a record; the first moment stays."""
    account = Account.objects.filter(username=username).only("pk").first()
    if account is None:
        return
    row, is_new = Sighting.objects.get_or_create(
        subject=subject, account=account, defaults={"first_at": at, "last_at": at}
    )
    if not is_new and row.last_at < at - _SEEN_AGAIN:
        Sighting.objects.filter(pk=row.pk).update(last_at=at)


def reject_pair(one: Report, two: Report, *, by: str, at: datetime) -> None:
    """Remember that two reports do not tell of one thing."""
    first, second = sorted((one, two), key=lambda row: row.pk)
    RejectedPair.objects.get_or_create(first=first, second=second, defaults={"rejected_by": by, "rejected_at": at})


def save_filter(username: str, name: str, query: str) -> None:
    """Keep a filter of the queue under a name; the same name again replaces it."""
    account = Account.objects.get(username=username)
    SavedFilter.objects.update_or_create(account=account, name=name[:40], defaults={"query": query[:400]})


def drop_filter(username: str, name: str) -> None:
    """Forget a filter."""
    SavedFilter.objects.filter(account__username=username, name=name).delete()


def set_alert(row: Alert, **fields: Any) -> None:
    """Set fields of an alert as they are given.

    Unlike a change of the ladder this marks no moment anew by the steady clock: a moment that is
    carried over keeps the mark it had, so that no limit runs out later than before.
    """
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def carry_over(into: Alert, gone: Alert, *, keeps_answers: bool) -> dict[str, Any]:
    """Move the reports and addressees of one alert to another; return what was moved, for undoing it.

    Whoever was told of both counts as told at the earlier moment. `keeps_answers`: an
    acknowledgement of the one that goes counts for the other, which is as urgent.
    """
    reports = list(AlertReport.objects.filter(alert=gone).values_list("report_id", flat=True))
    AlertReport.objects.filter(alert=gone).update(alert=into)
    known = {row.account_id: row for row in Addressee.objects.filter(alert=into)}
    added: list[int] = []
    earlier: dict[str, dict[str, Any]] = {}
    for row in Addressee.objects.filter(alert=gone).order_by("pk"):
        if not keeps_answers:
            row.acknowledged_at, row.acknowledged_through = None, ""
        mine = known.get(row.account_id)
        if mine is None:
            added.append(row.account_id)
            row.pk, row.alert, row._state.adding = None, into, True
            row.save()
        else:
            earlier[str(row.account_id)] = _bring_forward(mine, row)
    return {"reports": reports, "addressees": added, "earlier": earlier}


def _bring_forward(mine: Addressee, other: Addressee) -> dict[str, Any]:
    """Give a line the earlier moments of another about the same person; return what stood there."""
    stood = {name: _iso(getattr(mine, name)) for name in ("told_at", "acknowledged_at")}
    stood["acknowledged_through"] = mine.acknowledged_through
    mine.told_at = _first(mine.told_at, other.told_at)
    if mine.acknowledged_at is None and other.acknowledged_at is not None:
        mine.acknowledged_at, mine.acknowledged_through = other.acknowledged_at, other.acknowledged_through
    mine.save(update_fields=["told_at", "acknowledged_at", "acknowledged_through"])
    stood["became"] = _iso(mine.acknowledged_at)
    return stood


def carry_back(into: Alert, gone: Alert, moved: dict[str, Any]) -> None:
    """Move back what `carry_over` moved; whoever acknowledged since stays on the list of both."""
    AlertReport.objects.filter(alert=into, report_id__in=moved["reports"]).update(alert=gone)
    for row in Addressee.objects.filter(alert=into, account_id__in=moved["addressees"]):
        theirs = Addressee.objects.filter(alert=gone, account_id=row.account_id).first()
        if row.acknowledged_at is None or (theirs and theirs.acknowledged_at == row.acknowledged_at):
            row.delete()
    for account, stood in moved["earlier"].items():
        rows = Addressee.objects.filter(alert=into, account_id=int(account))
        rows.update(told_at=stood["told_at"])
        rows.filter(acknowledged_at=stood["became"]).update(
            acknowledged_at=stood["acknowledged_at"], acknowledged_through=stood["acknowledged_through"]
        )


def _first(one: datetime | None, two: datetime | None) -> datetime | None:
    return min((moment for moment in (one, two) if moment is not None), default=None)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def begin_handover(*, sector: str, since: datetime, by: str, at: datetime) -> Handover:
    """Open a hand-over."""
    return Handover.objects.create(sector=sector, since=since, made_by=by, made_at=at)


def add_version(row: Handover, *, facts: dict[str, Any], note: str, by: str, at: datetime) -> HandoverVersion:
    """Write a further version of a hand-over; the ones before stay."""
    number = row.versions.count() + 1
    return HandoverVersion.objects.create(
        handover=row, number=number, facts=facts, note=note, written_by=by, written_at=at
    )


def sign(row: Handover, *, by: str, at: datetime) -> bool:
    """Sign a hand-over as its giver, once."""
    return Handover.objects.filter(pk=row.pk, signed_at=None).update(signed_by=by, signed_at=at) == 1


def accept(row: Handover, *, by: str, at: datetime) -> bool:
    """Accept a signed hand-over as its taker, once."""
    rows = Handover.objects.filter(pk=row.pk, signed_at__isnull=False, accepted_at=None)
    return rows.update(accepted_by=by, accepted_at=at) == 1


def propose_word(report: Report, *, by: str, at: datetime, **fields: str) -> WordProposal:
    """Write a proposal for the word list of a field language."""
    return WordProposal.objects.create(
        report=report, language=report.language, proposed_by=by, proposed_at=at, **fields
    )


def settle_words(rows: Iterable[WordProposal], *, state: str, by: str, at: datetime, **fields: str) -> int:
    """Write what became of proposals that waited; return how many there were still."""
    waiting = WordProposal.objects.filter(pk__in=[row.pk for row in rows], state="proposed")
    return waiting.update(state=state, settled_by=by, settled_at=at, **fields)
