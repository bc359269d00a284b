"""Whether a request comes from the gateway it names: one signature over time, nonce and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tocsin.core.evidence.gateways import Call
from tocsin.core.reference.results import Problem

GATEWAY_HEADER: Final = "X-Tocsin-Gateway"
TIMESTAMP_HEADER: Final = "X-Tocsin-Timestamp"
NONCE_HEADER: Final = "X-Tocsin-Nonce"
SIGNATURE_HEADER: Final = "X-Tocsin-Signature"

# Old enough for a slow link and a badly set clock, too short to replay at leisure (trust page 6.8).
# A nonce must be remembered for longer than this, by the caller.
TOLERANCE: Final = timedelta(seconds=300)
MIN_SECRET_BYTES: Final = 16

# Neither may hold a full stop: it parts them, and ambiguity would let one request stand for another.
_GATEWAY = re.compile(r"[A-Za-z0-9_.-]{1,40}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{9,11}", re.ASCII)
_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Seal:
    """The four headers of a signed request. `timestamp` is in whole seconds since 1970, UTC."""

    gateway: str
    timestamp: str
    nonce: str
    signature: str


def sign(secret: bytes, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the signature of a request: HMAC-SHA256 over ``timestamp.nonce.body``, in hex.

    The body is taken byte for byte as it travels; it is never parsed and written again.
    """
    if len(secret) < MIN_SECRET_BYTES:
        raise ValueError(f"the secret has {len(secret)} bytes, expected at least {MIN_SECRET_BYTES}")
    message = timestamp.encode() + b"." + nonce.encode() + b"." + body
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def signed_by(secret: bytes, message: bytes, given: str, *, digest: str = "sha256") -> bool:
    """Return whether `given` is the signature of `message` in hex, whatever its case, compared in constant time."""
    expected = hmac.new(secret, message, digest).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode())


def proves_by_seal(call: Call, *, secret: bytes, as_of: datetime) -> str | Problem:
    """Return the nonce of a call signed over time, nonce and body, or why it is not believed."""
    seal = read_seal(call.headers)
    if isinstance(seal, Problem):
        return seal
    return check(secret, seal, call.body, as_of=as_of) or seal.nonce


def proves_by_password(call: Call, *, secret: bytes) -> str | Problem:
    """Return nothing to remember when a call brings the secret itself, or why it is not believed.

    For providers that sign nothing: the password of ``Authorization: Basic``, a token of it, or what
    stands in the address behind the gateway's name. All of these can be read where the call passes
    in the clear, and whoever read one can send in its name: such a gateway needs https.
    """
    scheme, _, given = call.header("Authorization").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode("utf-8", "replace").partition(":")[2]
        except ValueError:
            given = ""
    return "" if is_secret(secret, given.strip() or call.token) else not_believed()


def is_secret(secret: bytes, given: str) -> bool:
    """Return whether `given` is the secret itself, compared in constant time whatever its length."""
    key = b"only for comparing"
    return hmac.compare_digest(
        hmac.new(key, secret, hashlib.sha256).digest(), hmac.new(key, given.encode(), hashlib.sha256).digest()
    )


def derived(secret: bytes, purpose: str) -> str:
    """Return a second secret made from the first, for a provider that wants two."""
    return hmac.new(secret, b"derived:" + purpose.encode(), hashlib.sha256).hexdigest()[:40]


def not_believed(gateway: str = "gateway") -> Problem:
    """Return the problem of a call that does not prove where it comes from."""
    return Problem("CHN-013", gateway, {"permanent": True})


def read_seal(headers: Mapping[str, str]) -> Seal | Problem:
    """Return the seal of a request, or CHN-010 naming the first header that is missing.

    Names of headers are compared without regard to case.
    """
    lowered = {name.lower(): value.strip() for name, value in headers.items()}
    wanted = (GATEWAY_HEADER, TIMESTAMP_HEADER, NONCE_HEADER, SIGNATURE_HEADER)
    for name in wanted:
        if not lowered.get(name.lower()):
            return Problem("CHN-010", "request headers", {"header": name, "permanent": True})
    gateway, timestamp, nonce, signature = (lowered[name.lower()] for name in wanted)
    return Seal(gateway, timestamp, nonce, signature.lower())


def check(secret: bytes, seal: Seal, body: bytes, *, as_of: datetime) -> Problem | None:
    """Return None where the gateway that holds `secret` signed `body`, else the problem.

    The signature is compared in constant time, and before the clock: a stranger learns nothing
    about our clock. A right signature that is too old or too new is CHN-012, which a gateway may
    mend by setting its clock and signing again.
    """
    where = f"gateway {seal.gateway}" if _GATEWAY.fullmatch(seal.gateway) else "gateway"
    for pattern, value, header in (
        (_GATEWAY, seal.gateway, GATEWAY_HEADER),
        (_TIMESTAMP, seal.timestamp, TIMESTAMP_HEADER),
        (_NONCE, seal.nonce, NONCE_HEADER),
        (_SIGNATURE, seal.signature, SIGNATURE_HEADER),
    ):
        if not pattern.fullmatch(value):
            return Problem("CHN-011", where, {"header": header, "permanent": True})
    expected = sign(secret, seal.timestamp, seal.nonce, body)
    if not hmac.compare_digest(expected, seal.signature):
        return Problem("CHN-013", where, {"permanent": True})
    apart = as_of.astimezone(UTC) - datetime.fromtimestamp(int(seal.timestamp), UTC)
    if abs(apart) > TOLERANCE:
        facts = {
            "seconds": round(abs(apart).total_seconds()),
            "limit": round(TOLERANCE.total_seconds()),
            "permanent": False,
        }
        return Problem("CHN-012", where, facts)
    return None
