"""The mission's own keys: made here, shown to nobody, each with the certificate that others check by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tocsin.core.reference.results import Hidden

YEARS: Final = 2


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: the private half, its certificate, and a request to have it certified by others."""

    private: Hidden[str]
    certificate: str
    request: str
    fingerprint: str
    not_after: datetime


def make_key(name: str, *, purpose: str, now: datetime) -> NewKey:
    """Return a new key on the curve P-256 with a certificate that it signed itself.

    The purpose stands in the name of its holder, so that a reader who looks only at the certificate
    sees that an exercise is an exercise.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    holder = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64] or "Tocsin"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "EXERCISE" if purpose == "exercise" else "Warnings"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{(name or 'Tocsin')[:40]} {purpose}"),
        ]
    )
    ends = now.replace(microsecond=0) + timedelta(days=365 * YEARS)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(holder)
        .issuer_name(holder)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A clock that runs behind must not take a fresh warning for one signed before its time.
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    request = x509.CertificateSigningRequestBuilder().subject_name(holder).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return NewKey(
        Hidden(private.decode()),
        certificate.public_bytes(serialization.Encoding.PEM).decode(),
        request.public_bytes(serialization.Encoding.PEM).decode(),
        certificate.fingerprint(hashes.SHA256()).hex(),
        ends,
    )


def read_certificate(pem: str) -> tuple[str, datetime, datetime]:
    """Return fingerprint, beginning and end of the first certificate of a PEM text.

    Raises
    ------
    ValueError
        When it holds no certificate.
    """
    found = x509.load_pem_x509_certificates(pem.encode())[0]
    return found.fingerprint(hashes.SHA256()).hex(), found.not_valid_before_utc, found.not_valid_after_utc


def is_for_key(pem: str, private: Hidden[str]) -> bool:
    """Return whether a certificate belongs to a private key."""
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    key = serialization.load_pem_private_key(private.reveal(purpose="compare with certificate").encode(), None)
    own = key.public_key().public_bytes(serialization.Encoding.PEM, spki)
    certificate = x509.load_pem_x509_certificates(pem.encode())[0]
    return own == certificate.public_key().public_bytes(serialization.Encoding.PEM, spki)
