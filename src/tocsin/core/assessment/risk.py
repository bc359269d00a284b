"""Risk: threat times vulnerability, its band, and how much of it is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tocsin.core.assessment import threat, vulnerability
from tocsin.core.assessment.factors import rule
from tocsin.core.assessment.stream import Stream
from tocsin.core.assessment.types import ThreatFactors, VulnerabilityFactors
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import RiskBand

_BEST: Final = 1.0
_WORST: Final = 5.0
_FACTORS: Final = ("intent", "capability", "opportunity", "inhibition", "exposure", "sensitivity", "coping")


@dataclass(frozen=True, slots=True)
class Risk:
    """Threat and vulnerability (1-5) and their product (1-25), with the range that unknowns leave.

    All figures are None where the threat itself is unknown. `unknowns` names the factors that are.
    """

    threat: float | None
    vulnerability: float | None
    risk: float | None
    low: float | None
    high: float | None
    band: RiskBand
    exposure: float | None
    unknowns: tuple[str, ...]
    reasons: tuple[Because, ...]


def risk_of(stream: Stream) -> Risk:
    """Return the risk at a place, judged even where some of it is unknown, and saying so.

    One rule for what is not known: an unknown factor stands at the middle of its scale (3), is
    named among the unknowns, and the risk is shown with its range, every unknown at its best and
    at its worst. Where nothing was ever told from here, the threat itself is unknown and there is
    no risk figure at all: such a place is to be watched, and is not a safe one.

    Notes
    -----
    Source: risk formula v1 of the assessment doctrine; ``assessment.unknown_factor`` and the bands.
    Limits: factors are ranks, and a product of ranks orders places, no more. People are not in it.
    """
    threats, weak = threat.factors_of(stream), vulnerability.vulnerability_of(stream)
    values = (*_values(threats.value), *_values(weak.value))
    unknowns = tuple(name for name, value in zip(_FACTORS, values, strict=True) if value is None)
    reasons = (*threats.reasons, *weak.reasons)
    middle = float(rule(stream, "unknown_factor"))
    score = threat.threat_score(threats.value, unknown_at=middle)
    if score is None:
        reason = Because("risk.unknown", {"place": stream.picture.place.label})
        return Risk(None, None, None, None, None, RiskBand.UNKNOWN, weak.value.exposure, unknowns, (reason, *reasons))
    low, product, high = (_product(threats.value, weak.value, at) for at in (_BEST, middle, _WORST))
    vulnerable = vulnerability.vulnerability_score(weak.value, unknown_at=middle)
    band = _band(stream, product)
    facts = {"threat": score, "vulnerability": vulnerable, "risk": product, "band": f"term.risk_band.{band.value}"}
    reasons = (Because("risk.product", facts), *_range(low, high, unknowns), *reasons)
    return Risk(score, vulnerable, product, low, high, band, weak.value.exposure, unknowns, reasons)


def band_of(risk: float | None, *, medium: float, high: float) -> RiskBand:
    """Return the band of a risk: low below `medium`, high from `high`, unknown for None.

    Examples
    --------
    >>> band_of(15.0, medium=8, high=15).value
    'high'
    """
    if risk is None:
        return RiskBand.UNKNOWN
    if risk >= high:
        return RiskBand.HIGH
    return RiskBand.MEDIUM if risk >= medium else RiskBand.LOW


def _values(factors: Any) -> tuple[float | None, ...]:
    return tuple(getattr(factors, name) for name in factors.__dataclass_fields__)


def _product(threats: ThreatFactors, weak: VulnerabilityFactors, at: float) -> float | None:
    score = threat.threat_score(threats, unknown_at=at)
    vulnerable = vulnerability.vulnerability_score(weak, unknown_at=at)
    return None if score is None or vulnerable is None else round(score * vulnerable, 2)


def _band(stream: Stream, product: float | None) -> RiskBand:
    return band_of(product, medium=rule(stream, "band.medium"), high=rule(stream, "band.high"))


def _range(low: float | None, high: float | None, unknowns: tuple[str, ...]) -> tuple[Because, ...]:
    if not unknowns:
        return ()
    return (Because("risk.range", {"low": low, "high": high, "unknowns": len(unknowns)}),)
