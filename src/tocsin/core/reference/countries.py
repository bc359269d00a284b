"""Country codes: the three letters that our records carry, from the two or three a dataset has."""

from __future__ import annotations

from functools import cache

from tocsin.core.reference import load


@cache
def iso3(code: str) -> str | None:
    """Return the three-letter code for a two- or three-letter one, None where there is none.

    Examples
    --------
    >>> iso3("CD"), iso3("cod"), iso3("Congo")
    ('COD', 'COD', None)
    """
    codes = load.read_file("countries.yaml")
    upper = code.strip().upper()
    return codes.get(upper) or (upper if upper in codes.values() else None)
