"""The whole outlook of a mission at one moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.core.forecast.outlook import chances, review, surges
from tocsin.core.forecast.outlook.chances import Chances
from tocsin.core.forecast.outlook.ledger import Laid, Ledger, lay_out
from tocsin.core.forecast.outlook.review import Review
from tocsin.core.forecast.outlook.surges import PlaceAlarm, Surges
from tocsin.core.forecast.outlook.terms import Terms
from tocsin.core.forecast.surges import silence
from tocsin.core.forecast.surges.silence import Silence, Stream, Together
from tocsin.core.reference.results import Because


@dataclass(frozen=True, slots=True)
class BySector:
    """Sexual violence of the last weeks in one sector; None: fewer than may be told, which may be none."""

    sector: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What may come and what is unusual, at `as_of`, with how far it may be believed.

    `heard` says of each place whether it is observed; `together` which sectors fell silent at once.
    `counted` and `found_by_search` count the harm on record that raises rates and that does not. `left_out` says what
    is not among the harm counted, `unknowns` what no outlook of this kind can know.
    """

    as_of: datetime
    today: int
    seed: int
    terms: Terms
    first_day: int | None
    counted: int
    found_by_search: int
    surges: Surges
    alarms: tuple[PlaceAlarm, ...]
    chances: Chances
    heard: dict[str, Silence]
    together: tuple[Together, ...]
    sexual_violence: tuple[BySector, ...]
    review: Review | None
    left_out: tuple[Because, ...]
    unknowns: tuple[Because, ...]


def outlook(ledger: Ledger, *, as_of: datetime, seed: int, plain: bool = False) -> Outlook:
    """Return the outlook of a mission.

    Parameters
    ----------
    ledger : Ledger
        What was known at `as_of`, and nothing learned later.
    as_of : datetime
        The moment.
    seed : int
        Where luck starts: the same seed, the same answer.
    plain : bool
        Use the plain kernel of the scan even where the compiled one is at hand.

    Notes
    -----
    Source: `forecast.*`, and each part's own.
    Limits: it knows only what was reported; what it shows as low is not shown as safe.
    """
    terms = Terms.at(as_of)
    laid = lay_out(ledger, as_of=as_of, terms=terms)
    heard = _heard(ledger, laid, as_of)
    sectors = {place.ref: place.sector for place in laid.places if place.sector}
    return Outlook(
        as_of=as_of,
        today=laid.today,
        seed=seed,
        terms=terms,
        first_day=int(laid.cases.day.min()) if len(laid.cases.day) else None,
        counted=int((~laid.cases.sought).sum()),
        found_by_search=int(laid.cases.sought.sum()),
        surges=surges.look_for(laid, terms=terms, seed=seed, plain=plain),
        alarms=surges.place_alarms(laid, terms=terms),
        chances=chances.look_ahead(laid, terms=terms, seed=seed),
        heard=heard,
        together=silence.together(tuple(heard.values()), sectors),
        sexual_violence=_by_sector(laid, as_of, terms),
        review=review.look_back(laid, terms=terms, seed=seed),
        left_out=laid.left_out,
        unknowns=_unknowns(heard),
    )


def _unknowns(heard: dict[str, Silence]) -> tuple[Because, ...]:
    unobserved = tuple(sorted(ref for ref, one in heard.items() if not one.is_observed))
    return (
        Because("outlook.unknown_unobserved", {"places": len(unobserved), "of": len(heard)}),
        Because("outlook.unknown_unreported"),
        Because("outlook.unknown_intent"),
        Because("outlook.unknown_our_own_doing"),
    )


def _heard(ledger: Ledger, laid: Laid, as_of: datetime) -> dict[str, Silence]:
    """Return whether each place is observed: every report about it counts as heard, harm among them."""
    harm: dict[str, list[datetime]] = {}
    known = {one.ref: one.known_at for one in ledger.incidents}
    for ref, at in zip(laid.cases.refs, laid.cases.place.tolist(), strict=True):
        if at >= 0:
            harm.setdefault(laid.places[at].ref, []).append(known[ref])
    earliest = [min(moments) for moments in (*harm.values(), *ledger.heard.values()) if moments]
    since = min(earliest, default=as_of)
    return {
        place.ref: silence.judge(
            Stream(
                place.ref, [*ledger.heard.get(place.ref, ()), *harm.get(place.ref, ())], harm.get(place.ref, ()), since
            ),
            as_of=as_of,
        )
        for place in laid.places
    }


def _by_sector(laid: Laid, as_of: datetime, terms: Terms) -> tuple[BySector, ...]:
    """Return sexual violence by sector: never by place, and no figure under the least that may be told."""
    since = as_of - timedelta(days=terms.sexual_violence_days)
    sector = {place.ref: place.sector for place in laid.places}
    recent = Counter(sector.get(one.place or "", "") for one in laid.sexual_violence if one.start > since)
    names = sorted({place.sector for place in laid.places if place.sector} | set(recent))
    least = terms.sexual_violence_least
    return tuple(BySector(name, recent[name] if recent[name] >= least else None) for name in names)
