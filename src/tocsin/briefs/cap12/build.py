"""Write a warning as CAP 1.2, and sign it so that every change shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLSigner, methods

from tocsin.core.alerts.cap import NAMESPACE, CapAlert, CapArea, CapInfo, written, written_ring
from tocsin.core.places.shapes import closed, right_handed
from tocsin.core.reference.results import Hidden

_SIGNATURE: Final = SignatureMethod.ECDSA_SHA256


def build(alert: CapAlert) -> bytes:
    """Return a message as XML without a signature, in one line: white space between elements would be signed too."""
    root = etree.Element(_tag("alert"), nsmap={None: NAMESPACE})
    for name, value in (
        ("identifier", alert.identifier),
        ("sender", alert.sender),
        ("sent", written(alert.sent_at)),
        ("status", alert.status.value),
        ("msgType", alert.kind.value),
        ("scope", alert.scope.value),
        ("restriction", alert.restriction),
        ("addresses", alert.addresses),
        ("note", alert.note),
        ("references", " ".join(alert.references)),
        ("incidents", " ".join(alert.incidents)),
    ):
        _add(root, name, value)
    for info in alert.infos:
        _info(root, info)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def sign(body: bytes, key: Hidden[str], certificate: str) -> bytes:
    """Return the message with an enveloped signature and the certificate (PEM, with those above it) to check it by."""
    signer: Any = XMLSigner(
        method=methods.enveloped,
        signature_algorithm=_SIGNATURE,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_1,
    )
    signed = signer.sign(etree.fromstring(body), key=key.reveal(purpose="sign a warning"), cert=certificate)
    return etree.tostring(signed, xml_declaration=True, encoding="utf-8")


def _info(root: Any, info: CapInfo) -> None:
    part = etree.SubElement(root, _tag("info"))
    _add(part, "language", info.language)
    _all(part, "category", info.categories)
    _add(part, "event", info.event)
    _all(part, "responseType", info.responses)
    _add(part, "urgency", info.urgency.value)
    _add(part, "severity", info.severity.value)
    _add(part, "certainty", info.certainty.value)
    _add(part, "audience", info.audience)
    _named(part, "eventCode", info.event_codes)
    _moment(part, "effective", info.effective_at)
    _moment(part, "onset", info.onset_at)
    _moment(part, "expires", info.expires_at)
    for name, value in (
        ("senderName", info.sender_name),
        ("headline", info.headline),
        ("description", info.description),
        ("instruction", info.instruction),
        ("web", info.web),
        ("contact", info.contact),
    ):
        _add(part, name, value)
    for area in info.areas:
        _area(part, area)


def _area(info: Any, area: CapArea) -> None:
    part = etree.SubElement(info, _tag("area"))
    _add(part, "areaDesc", area.description)
    _all(part, "polygon", tuple(written_ring(right_handed(closed(ring))) for ring in area.rings))
    for centre, km in area.circles:
        _add(part, "circle", f"{centre.lat:.6f},{centre.lon:.6f} {km:g}")
    _named(part, "geocode", area.geocodes)


def _moment(part: Any, name: str, moment: datetime | None) -> None:
    if moment is not None:
        _add(part, name, written(moment))


def _named(part: Any, name: str, pairs: tuple[tuple[str, str], ...]) -> None:
    for scheme, value in pairs:
        held = etree.SubElement(part, _tag(name))
        _add(held, "valueName", scheme)
        _add(held, "value", value)


def _all(part: Any, name: str, values: tuple[str, ...]) -> None:
    for value in values:
        _add(part, name, value)


def _add(part: Any, name: str, value: str) -> None:
    if value:
        etree.SubElement(part, _tag(name)).text = _clean(value)


def _clean(text: str) -> str:
    """Return the text without signs that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign not in "\ufffe\uffff"))


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
