"""Short messages as the network carries them: the seven-bit alphabet, wide letters, and the header of a part."""

from __future__ import annotations

from typing import Final

from tocsin.core.evidence.decoding import Decoded, clean
from tocsin.core.evidence.types import PartOf

# 3GPP TS 23.038, 6.2.1: the place of a letter is its code; 27 leads to the second table.
_ALPHABET: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_SECOND: Final = {10: "\f", 20: "^", 40: "{", 41: "}", 47: "\\", 60: "[", 61: "~", 62: "]", 64: "|", 101: "€"}
_ESCAPE: Final = 27
_WIDE: Final = frozenset({"ucs2", "ucs-2", "utf-16be", "2", "8"})
_PACKED: Final = frozenset({"gsm7_packed", "packed"})
_SEVEN: Final = frozenset({"gsm7", "gsm-7", "7bit", "0", ""})


def from_hex(digits: str, coding: str) -> Decoded:
    """Return the text of a message given in hexadecimal, in the coding that its gateway names.

    Examples
    --------
    >>> from_hex("0645063306440651062D", "ucs2").text
    'مسلّح'
    >>> from_hex("41726D6564206D656E", "gsm7").text
    'Armed men'
    >>> from_hex("4179BB4C06B5CB6E", "gsm7_packed").text
    'Armed men'
    """
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        return Decoded(clean(digits).text, ("coding_not_understood",))
    name = coding.strip().lower()
    if name in _WIDE:
        odd = ("coding_not_understood",) if len(octets) % 2 else ()
        found = clean(octets.decode("utf-16-be", "replace"))
        return Decoded(found.text, (*found.doubts, *odd))
    if name not in _SEVEN | _PACKED:
        return Decoded(clean(octets.decode("utf-8", "replace")).text, ("coding_not_understood",))
    codes = unpack(octets) if name in _PACKED else octets
    found = clean(_letters(codes))
    strange = ("coding_not_understood",) if any(code > 127 for code in codes) else ()
    return Decoded(found.text, (*found.doubts, *strange))


def unpack(octets: bytes) -> bytes:
    """Return the seven-bit codes that are packed into octets, eight into seven."""
    whole = int.from_bytes(octets, "little")
    codes = bytes((whole >> 7 * place) & 0x7F for place in range(len(octets) * 8 // 7))
    # Seven spare bits at the end look like one more letter, the at sign.
    return codes[:-1] if len(octets) % 7 == 0 and codes[-1:] == b"\0" else codes


def read_header(digits: str) -> PartOf | None:
    """Return which part of which message the header of a short message names, None where it names none.

    Examples
    --------
    >>> read_header("0500034A0302")
    PartOf(reference='74', position=2, total=3)
    """
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        return None
    rest = octets[1 : 1 + octets[0]] if octets else b""
    while len(rest) >= 2:
        kind, length = rest[0], rest[1]
        value, rest = rest[2 : 2 + length], rest[2 + length :]
        if kind == 0 and len(value) == 3:
            return part_of(str(value[0]), value[2], value[1])
        if kind == 8 and len(value) == 4:
            return part_of(str(int.from_bytes(value[:2], "big")), value[3], value[2])
    return None


def part_of(reference: str, position: int, total: int) -> PartOf | None:
    """Return a part of several; None where the figures do not fit, or where it is the only one."""
    return (
        PartOf(reference[:40], position, total) if reference and 1 <= position <= total <= 255 and total > 1 else None
    )


def _letters(codes: bytes) -> str:
    found, is_second = "", False
    for code in codes:
        if is_second:
            found += _SECOND.get(code, _ALPHABET[code] if code < 128 else "\ufffd")
            is_second = False
        elif code == _ESCAPE:
            is_second = True
        else:
            found += _ALPHABET[code] if code < 128 else "\ufffd"
    return found
