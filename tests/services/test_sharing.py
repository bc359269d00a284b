"""Briefs leave whole or are refused with a reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tocsin import briefs
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import sharing
from tocsin.services.refusals import Refusal

NOW = datetime(2027, 3, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_machine_without_the_printing_extra_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str) -> None:
        raise briefs.MissingMeans(f'printed documents need {name}: pip install "tocsin[analysis]"')

    monkeypatch.setattr(briefs, "load_extra", without)
    order = sharing.Order(kind="weekly_matrix", language="en", form="pdf", as_of=NOW)

    with pytest.raises(Refusal) as refused:
        sharing.brief(SYSTEM, order, now=NOW)

    assert [because.code for because in refused.value.reasons] == ["brief.means_missing"]
    assert "tocsin[analysis]" in refused.value.reasons[0].facts["means"]
