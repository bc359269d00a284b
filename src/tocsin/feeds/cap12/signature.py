"""Tell three facts about the signature of a CAP file apart: intact, in its period, signer known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature as _BadSignature
from cryptography.hazmat.primitives import hashes
from lxml import etree
from signxml import SignatureConfiguration, SignatureMethod, XMLVerifier
from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidInput, InvalidSignature

from tocsin.core.alerts.cap import SIGNATURE, SignatureFacts
from tocsin.core.reference.terms import AnchorFact, PeriodFact, SignatureFact

_MOST_LINKS: Final = 4
_METHODS: Final = frozenset(
    method for method in SignatureMethod if not method.name.startswith("HMAC") and "SHA1" not in method.name
)
_BLAMED: Final = {"DigestValue": "digest", "SignatureValue": "signature", "X509Certificate": "certificate"}
_ELEMENT: Final = re.compile(r"Element '\{[^}]*\}(\w+)'")


def facts_of(
    root: Any, *, sent_at: datetime | None, as_of: datetime, anchors: Sequence[x509.Certificate] = ()
) -> SignatureFacts:
    """Return the three facts of the signature of a parsed file.

    The file is verified as it is, and then without the white space between its elements: some
    senders strip it before they sign and lay the file out anew. Its certificate is judged at two
    moments, when it was sent and at `as_of`; an expired one makes nothing altered.
    """
    found = root.findall(f"{{{SIGNATURE}}}Signature")
    if not found:
        hidden = next(root.iter(f"{{{SIGNATURE}}}Signature"), None)
        if hidden is not None:
            return SignatureFacts(SignatureFact.UNREADABLE, why="form", line=hidden.sourceline)
        return SignatureFacts(SignatureFact.ABSENT)
    if len(found) > 1:
        return SignatureFacts(SignatureFact.UNREADABLE, why="form", line=found[1].sourceline)
    line = found[0].sourceline
    chain = _certificates(found[0])
    if not chain:
        return SignatureFacts(SignatureFact.UNREADABLE, why="certificate", line=line)
    why = _verify(root, chain[0])
    read_as = "as_is"
    if why:
        read_as, stripped = "stripped", _verify(_stripped(root), chain[0])
        # What is said is why the file as it came fails, unless it holds when stripped.
        why = stripped and why
    told = _told(chain, sent_at, as_of, anchors)
    if why:
        return replace(told, signature=SignatureFact.ALTERED, why=why, line=line)
    return replace(told, signature=SignatureFact.INTACT, read_as=read_as)


def read_certificates(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a PEM file.

    Raises
    ------
    ValueError
        When it holds none.
    """
    return tuple(x509.load_pem_x509_certificates(pem))


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the mark by which a certificate is known: SHA-256 over the whole, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _certificates(signature: Any) -> tuple[x509.Certificate, ...]:
    """Return the certificates that came along, the signer's first; empty where one cannot be read."""
    found = []
    for element in signature.iter(f"{{{SIGNATURE}}}X509Certificate"):
        body = "".join((element.text or "").split())
        lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
        pem = f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
        try:
            found.append(x509.load_pem_x509_certificate(pem.encode()))
        except ValueError:
            return ()
    return tuple(found)


def _verify(root: Any, certificate: x509.Certificate) -> str:
    """Return what breaks the signature: digest, signature, certificate or form; empty when it holds."""
    inside = certificate.not_valid_before_utc + (certificate.not_valid_after_utc - certificate.not_valid_before_utc) / 2
    config = SignatureConfiguration(
        location="./", expect_references=1, signature_methods=_METHODS, verification_time=inside
    )
    try:
        result: Any = XMLVerifier().verify(root, x509_cert=certificate, expect_config=config)
    except InvalidDigest:
        return "digest"
    except InvalidCertificate:
        return "certificate"
    except InvalidSignature:
        return "signature"
    except etree.DocumentInvalid as fault:
        named = _ELEMENT.search(str(fault))
        return _BLAMED.get(named[1], "form") if named else "form"
    except (InvalidInput, ValueError, KeyError, TypeError, AttributeError, etree.LxmlError):
        return "form"
    # A signature over one element, put into another message, would vouch for what it never saw.
    signed = result.signed_xml
    return "" if signed is not None and signed.tag == root.tag and len(signed) >= len(root) - 1 else "form"


def _stripped(root: Any) -> Any:
    """Return a copy without the white space between elements; what stands within them stays."""
    bare = etree.fromstring(etree.tostring(root), etree.XMLParser(resolve_entities=False, no_network=True))
    for element in bare.iter():
        if len(element) and element.text and not element.text.strip():
            element.text = None
        if element.tail and not element.tail.strip():
            element.tail = None
    return bare


def _told(
    chain: Sequence[x509.Certificate], sent_at: datetime | None, as_of: datetime, anchors: Sequence[x509.Certificate]
) -> SignatureFacts:
    own = chain[0]
    return SignatureFacts(
        SignatureFact.UNREADABLE,
        at_signing=_period(own, sent_at),
        at_reading=_period(own, as_of),
        anchor=AnchorFact.KNOWN if _is_known(chain, anchors) else AnchorFact.UNKNOWN,
        subject=own.subject.rfc4514_string(),
        issuer=own.issuer.rfc4514_string(),
        not_before=own.not_valid_before_utc,
        not_after=own.not_valid_after_utc,
        fingerprint=fingerprint(own),
    )


def _period(certificate: x509.Certificate, moment: datetime | None) -> PeriodFact:
    if moment is None:
        return PeriodFact.UNKNOWN
    if moment < certificate.not_valid_before_utc:
        return PeriodFact.BEFORE
    return PeriodFact.AFTER if moment > certificate.not_valid_after_utc else PeriodFact.WITHIN


def _is_known(chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate]) -> bool:
    """Climb from the signer to somebody we know, over the certificates that came along."""
    marks = {fingerprint(anchor) for anchor in anchors}
    at = chain[0]
    for _ in range(_MOST_LINKS):
        if fingerprint(at) in marks or any(_issued(at, anchor) for anchor in anchors):
            return True
        above = next((one for one in chain[1:] if one != at and _is_authority(one) and _issued(at, one)), None)
        if above is None:
            return False
        at = above
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if not _is_authority(issuer):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, _BadSignature):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False
