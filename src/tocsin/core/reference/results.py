"""Value types that every room returns: a reason, a problem, a hidden value, a judgement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, NoReturn, Protocol, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Because:
    """One reason behind a judgement.

    Attributes
    ----------
    code : str
        What kind of reason, for example ``must.imminent``. The sentence for a reader is found
        under this code in the wording files; core never carries sentences.
    facts : mapping of str to str, int, float, bool or None
        The figures and codes that fill the sentence. None means unknown.
    evidence : tuple of str
        References of the records that bear the reason out, for example ``("R-0141", "I-0007")``.
    """

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the reason as plain JSON values."""
        return {"code": self.code, "facts": dict(self.facts), "evidence": list(self.evidence)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Because:
        """Return the reason that `as_json` wrote."""
        return cls(value["code"], dict(value["facts"]), tuple(value["evidence"]))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with *data*: collected and shown, never raised, and the work goes on.

    Attributes
    ----------
    code : str
        Catalogue number by room, for example ``FEED-014``.
    where : str
        File, row and column, or the reference of a record. Never a name, a number or a report's text.
    facts : mapping
        What was found and what was expected.
    """

    code: str
    where: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the problem as plain JSON values."""
        return {"code": self.code, "where": self.where, "facts": dict(self.facts)}


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """A value together with the reasons for it."""

    value: T
    reasons: tuple[Because, ...]


class Hidden(Generic[T]):
    """A value that cannot be printed, formatted, pickled or compared by accident.

    The one way out is `reveal`, and it asks for a purpose.

    Examples
    --------
    >>> number = Hidden("+000 555 0101")
    >>> f"call {number}"
    'call ‹hidden›'
    """

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self, *, purpose: str) -> T:
        """Return the value; `purpose` says what for and must not be empty."""
        if not purpose:
            raise ValueError("purpose is empty, expected the reason why the value is needed")
        return self._value

    def __repr__(self) -> str:
        return "‹hidden›"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Hidden value cannot be pickled or copied out of its process")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One good row of a dataset: its stable id there, the row it stood in, and its value.

    `feed_id` is the dataset's own id of the record, so that a later release revises it.
    """

    feed_id: str
    row: int
    value: Any


class Feed(Protocol):
    """What carries a dataset in: one adapter in each folder of the feeds.

    `holds` says what the values are: ``incidents``, ``deployments``, ``places``, ``areas``,
    ``population`` or ``displacement``. `options` names what `read` can be asked for.
    """

    name: str
    holds: str
    options: tuple[str, ...]

    def read(self, path: Path, **options: Any) -> Iterator[FeedItem | Problem]:
        """Yield every good row, and a problem for every other; a bad row stops nothing."""
        ...

    def count(self, path: Path) -> int:
        """Return how many rows the file has, quickly and without checking them."""
        ...
