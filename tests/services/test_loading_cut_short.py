"""A load that is cut short keeps what it had, and can be run again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.datasets import LATER, bring_in, counts, ged
from tests.store.lasting import guards_after, lasting
from tocsin.services import loading
from tocsin.store.models import AuditEntry, FeedLoad, Incident, Place

__all__ = ["guards_after", "lasting"]


def test_a_load_cut_short_keeps_what_it_had_and_run_again_is_whole_without_doubles(lasting, tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 1)
    path = ged(tmp_path, "later.csv", LATER)

    def pull_the_plug(done: int) -> None:
        assert done < 2, "the plug is pulled"

    with pytest.raises(AssertionError, match="plug"):
        bring_in(path, progress=pull_the_plug)
    kept = set(Incident.objects.values_list("feed_id", flat=True))
    entries = AuditEntry.objects.filter(verb="loaded").count()
    told = bring_in(path, after=1)

    assert (kept, entries) == ({"ucdp:1", "ucdp:2"}, 2)
    assert counts(told) == (4, 2, 0, 2)
    assert (Incident.objects.count(), Place.objects.count(), FeedLoad.objects.count()) == (4, 3, 1)


def test_a_chunk_is_kept_whole_or_not_at_all(lasting, tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 2)
    monkeypatch.setattr(loading.record, "note_many", fail_at_the_second(loading.record.note_many))

    with pytest.raises(RuntimeError, match="second"):
        bring_in(ged(tmp_path, "later.csv", LATER))

    assert set(Incident.objects.values_list("feed_id", flat=True)) == {"ucdp:1", "ucdp:2"}


def fail_at_the_second(real: Any) -> Any:
    calls: list[int] = []

    def note(*args: Any, **kwargs: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("second")
        real(*args, **kwargs)

    return note
