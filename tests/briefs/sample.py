"""A fictional week in Ardenya, from which the tests of the briefs are printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from tocsin.briefs.flash_alert.build import FlashAlert, Option, Told
from tocsin.briefs.gap_statement.build import GapStatement
from tocsin.briefs.response_note.build import ResponseNote
from tocsin.briefs.weekly_matrix.build import LineAction, WeeklyMatrix
from tocsin.core.allocation.types import Asset, Coverage, Covered, Marginal, Need, Reach, Uncovered
from tocsin.core.assessment.types import Assessment, Imminence, MatrixLine
from tocsin.core.evidence.types import Grade
from tocsin.core.lessons.response import Answered, Share
from tocsin.core.lessons.response import rate as work_out
from tocsin.core.places.types import Base, Place, Point
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import (
    AlertState,
    AssetKind,
    Category,
    DecisionKind,
    GapKind,
    ImminenceState,
    Level,
    Priority,
    ResponseClass,
    ResponseTiming,
    RiskBand,
    Role,
    Trend,
)

AS_OF = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
ZONE = timezone(timedelta(hours=1))
NAMES = ("Oru", "Tesh", "Malka", "Nyaroko", "Sabele", "Kirundo", "Dabala", "Wendo", "Luma", "Garwa")
PROVINCES = ("HL", "SK", "BD", "NM")
WORDING = {
    "reason.sample.imminent": {
        "en": "An armed group of {least} to {most} men is {km} km away and moving here.",
        "fr": "Un groupe armé de {least} à {most} hommes est à {km} km et se dirige ici.",
        "ar": "مجموعة مسلحة من {least} إلى {most} رجلاً على بعد {km} كم وتتجه إلى هنا.",
    },
    "reason.sample.attacks": {
        "en": "{attacks} attacks within 25 km in 30 days.",
        "fr": "{attacks} attaques à moins de 25 km en 30 jours.",
        "ar": "{attacks} هجمات في محيط 25 كم خلال 30 يوماً.",
    },
    "reason.sample.site": {
        "en": "The market gathers people every Wednesday.",
        "fr": "Le marché rassemble du monde chaque mercredi.",
        "ar": "يجمع السوق الناس كل يوم أربعاء.",
    },
    "reason.sample.silent": {
        "en": "Nobody has reported from here for {days} days.",
        "fr": "Personne n'a rien signalé d'ici depuis {days} jours.",
        "ar": "لم يبلغ أحد من هنا منذ {days} أيام.",
    },
    "reason.sample.too_far": {
        "en": "Everyone able needs more than {limit} h; {asset} comes closest.",
        "fr": "Tout élément apte met plus de {limit} h ; au plus près, {asset}.",
        "ar": "كل من هو قادر يحتاج إلى أكثر من {limit} ساعة؛ والأقرب {asset}.",
    },
    "reason.sample.no_language": {
        "en": "Nobody in reach speaks the language of the village.",
        "fr": "Personne à portée ne parle la langue du village.",
        "ar": "لا أحد في المتناول يتكلم لغة القرية.",
    },
}

ASSETS = (
    Asset("A-01", AssetKind.INF_COY, "B-1", Point(5.0, 20.0)),
    Asset("A-02", AssetKind.INF_PLT, "B-2", Point(5.4, 20.3)),
)
BASES = (Base("B-1", "Tesh base", Point(5.0, 20.0)), Base("B-2", "Wendo base", Point(5.4, 20.3)))


def make_place(number: int) -> Place:
    name = NAMES[number % len(NAMES)] + ("" if number < len(NAMES) else f" {number // len(NAMES) + 1}")
    return Place(
        ref=f"P-{number:04d}",
        name=name,
        point=Point(5 + number / 50, 20 + number / 40),
        province=PROVINCES[number % 4],
        people=None if number % 7 == 3 else 800 + 437 * number,
        displaced_people=1200 if number % 5 == 0 else None,
    )


def make_line(number: int, category: Category) -> MatrixLine:
    scores = {
        Category.MUST: (4.75, 4.33, 20.6, RiskBand.HIGH, Trend.RISING, ImminenceState.IMMINENT),
        Category.SHOULD: (3.5, 3.33, 11.7, RiskBand.MEDIUM, Trend.RISING, ImminenceState.EMERGING),
        Category.COULD: (2.25, 3.0, 6.8, RiskBand.LOW, Trend.STABLE, ImminenceState.POTENTIAL),
        Category.WATCH: (None, None, None, RiskBand.UNKNOWN, Trend.UNKNOWN, ImminenceState.NONE),
    }
    threat, vulnerability, risk, band, trend, state = scores[category]
    told = {
        Category.MUST: Because("sample.imminent", {"least": 20, "most": 30, "km": 9}),
        Category.WATCH: Because("sample.silent", {"days": 12}),
    }.get(category, Because("sample.site", {}))
    return MatrixLine(
        place=make_place(number),
        category=category,
        threat=threat,
        vulnerability=vulnerability,
        risk=risk,
        band=band,
        trend=trend,
        imminence=Imminence(state, "v3", (told,)),
        reasons=(Because("sample.attacks", {"attacks": 4}), Because("sample.site", {})),
        evidence=("R-0141",),
        unknowns=("strength of the group",) if number % 3 == 0 else (),
        last_incident_at=AS_OF - timedelta(days=number),
        grade="C3",
    )


def make_assessment(must: int = 4, should: int = 6, could: int = 8, watch: int = 5) -> Assessment:
    order = [Category.MUST] * must + [Category.SHOULD] * should + [Category.COULD] * could + [Category.WATCH] * watch
    lines = tuple(make_line(number, category) for number, category in enumerate(order))
    return Assessment(AS_OF, "v3 (2027-01-15)", "4f1c2a77be90", lines)


def make_coverage(assessment: Assessment) -> Coverage:
    covered, uncovered = [], []
    for number, line in enumerate(assessment.lines):
        if line.category in (Category.COULD, Category.WATCH):
            continue
        need = Need(line.place.ref, line.place.label, line.place.point, line.category, line.people, rank=number)
        if number % 2:
            reach = Reach("A-01", need.place, 1.4, 1.1, 3.2, 22.0, "road")
            covered.append(Covered(need, reach, others=number % 3, certain=number % 3 != 0))
        else:
            best = Reach("A-02", need.place, 5.5, 5.0, 7.0, 61.0, "road") if number % 4 == 0 else None
            why = (
                Because("sample.too_far", {"limit": 3.5, "asset": "A-02"})
                if best
                else Because("sample.no_language", {})
            )
            kind = GapKind.MOBILITY_AIR if best else GapKind.LANGUAGE
            closes = ("util_heli@B-1", "mobile_base@P-0002") if best else ("interpreter:sw@B-2",)
            uncovered.append(Uncovered(need, (why,), best, closes, kind))
    return Coverage(
        within_h=3.0,
        night=False,
        assumptions={
            "as_of": "2027-03-01",
            "assets": 9,
            "roads_unknown": 4,
            "language_required": True,
            "kept back": 0.5,
        },
        covered=tuple(covered),
        uncovered=tuple(uncovered),
        marginal=(
            Marginal("util_heli", "B-1", 3, 5210, 1, 2, ("P-0000",)),
            Marginal("interpreter:sw", "B-2", 1, 1674, 0, 1, ("P-0002",)),
            Marginal("boat", "B-2", 0, 0, 0, 0, ()),
        ),
        bases=BASES,
    )


def make_matrix(*, limit: int = 60, covered: bool = True, **counts: int) -> WeeklyMatrix:
    assessment = make_assessment(**counts)
    return WeeklyMatrix(
        mission="MINUA",
        assessment=assessment,
        coverage=make_coverage(assessment) if covered else None,
        zone=ZONE,
        generated_at=AS_OF + timedelta(hours=2),
        limit=limit,
        actions={
            "P-0000": LineAction("Sector East commander", "Night post at the bridge until Friday", AS_OF, "No cover after Friday"),
            "P-0001": LineAction("Field office Tesh", "Joint visit, call the chief twice a day"),
        },
        assets=ASSETS,
    )  # fmt: skip


def make_alert() -> FlashAlert:
    return FlashAlert(
        mission="MINUA",
        ref="AL-0042",
        level=Level.ORANGE,
        priority=Priority.P1,
        place="Oru (HL), within 5 km",
        said="Armed men, 20 to 30, crossed the Malka bridge before dawn on 2027-03-01 and walk towards Oru. "
        "People leave their houses. The chief asks for soldiers.",
        grade=Grade("F", 6),
        imminence=ImminenceState.IMMINENT,
        state=AlertState.DISSEMINATED,
        opened_at=AS_OF - timedelta(minutes=25),
        as_of=AS_OF,
        zone=ZONE,
        reports=2,
        provisional=True,
        told=(
            Told(Role.DUTY_OFFICER, AS_OF - timedelta(minutes=20), AS_OF - timedelta(minutes=18)),
            Told("Sector East, operations", AS_OF - timedelta(minutes=15)),
        ),
        reasons=(Because("sample.imminent", {"least": 20, "most": 30, "km": 9}),),
        options=(
            Option(DecisionKind.RESPOND, "Send the platoon at Tesh base, on the road by 05:00, at Oru by 06:30."),
            Option(DecisionKind.DELEGATE, "Ask the police post at Malka, and confirm by another source within 2 h."),
        ),
        decision_asked="Release the platoon at Tesh base.",
        decide_by=AS_OF + timedelta(minutes=30),
        not_known=("Who the men are", "Whether the road by the river is passable"),
    )


def make_gap(*, must: int = 4, should: int = 6) -> GapStatement:
    assessment = make_assessment(must=must, should=should)
    return GapStatement(
        mission="MINUA",
        as_of=AS_OF,
        zone=ZONE,
        coverage=make_coverage(assessment),
        provinces={line.place.ref: line.place.province for line in assessment.lines},
        assets=ASSETS,
        done_instead=("Two calls a day to every chief", "Warning by radio before market days"),
        decision_asked="Move one utility helicopter to Tesh base for four weeks.",
    )


def silent(alert: FlashAlert) -> FlashAlert:
    return replace(alert, told=(), options=(), reasons=(), not_known=(), decision_asked="", decide_by=None, place="")


def make_note() -> ResponseNote:
    """Return the note of a month with one alert of each kind."""
    opened = AS_OF - timedelta(days=3)
    come = Answered(
        "A-000001", Priority.P1, opened, acknowledged_at=opened + timedelta(minutes=8),
        arrived_at=opened + timedelta(hours=3), response=ResponseClass.PHYSICAL_BY_MISSION,
        timing=ResponseTiming.BEFORE, is_harm_known=True,
    )  # fmt: skip
    rate = work_out([come, Answered("A-000002", Priority.P2, opened)], as_of=AS_OF)
    since = AS_OF - timedelta(days=30)
    backlog = {"reports": [4, 3, 2, 1, 1200], "alerts": None}
    return ResponseNote("Mission", rate, since, AS_OF, AS_OF, ZONE, backlog, Share(1, 12))
