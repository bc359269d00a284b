"""The gate: may this viewer see or do this, for this purpose. Default deny; refused and absent look alike.

The grants are data: role, kind of record, verbs, highest level of secrecy, and whether only the
own sector or the whole mission.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet

from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import Secrecy, Viewer

M = TypeVar("M", bound=Model)
P, N, R, C, S = Secrecy.PUBLIC, Secrecy.PARTNER, Secrecy.RESTRICTED, Secrecy.CONFIDENTIAL, Secrecy.SEALED


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do with one kind of record.

    `groups` are the field groups it sees: ``summary`` always; ``narrative`` the text as told;
    ``exact_place`` the point itself where the record is confidential; ``identity`` who told us.
    """

    verbs: frozenset[str]
    ceiling: Secrecy
    whole_mission: bool
    groups: frozenset[str]


def _grant(verbs: str, ceiling: Secrecy, *, everywhere: bool = True, groups: str = "summary") -> Grant:
    return Grant(frozenset(verbs.split()), ceiling, everywhere, frozenset(groups.split()))


_FULL = "summary narrative exact_place"
_PLAIN = "summary exact_place"

GRANTS: Final[dict[Role, dict[str, Grant]]] = {
    Role.REPORTER: {},
    Role.PUBLIC_READER: {},
    Role.FIELD_LIAISON: {
        "report": _grant("read create verify", R, everywhere=False, groups=_FULL),
        "incident": _grant("read", R, everywhere=False, groups=_PLAIN),
        "alert": _grant("read acknowledge feedback task", R, everywhere=False, groups=_FULL),
        "place": _grant("read", R, everywhere=False, groups=_PLAIN),
        "lesson": _grant("read create", R),
        "network": _grant("read create drill", R, everywhere=False),
        "code_book": _grant("read create", C, everywhere=False),
        "call_back": _grant("read change", R, everywhere=False),
        "source": _grant("create", S, everywhere=False),
        "warning": _grant("read create", R, everywhere=False),
        "policy": _grant("read answer", R),
        "rota": _grant("read", R),
    },
    Role.DUTY_OFFICER: {
        "report": _grant("read create verify", C, groups=_FULL),
        "incident": _grant("read verify", C, groups=_PLAIN),
        "alert": _grant("read create acknowledge decide task feedback close", C, groups=_FULL),
        "place": _grant("read", R, groups=_PLAIN),
        "matrix": _grant("read", R),
        "outlook": _grant("read settle", R),
        "coverage": _grant("read", R),
        "gap": _grant("read create", R),
        "lesson": _grant("read create", R),
        "brief": _grant("read", R),
        "network": _grant("read drill", R),
        "call_back": _grant("read change", C),
        "warning": _grant("read create release", R),
        "policy": _grant("read answer", R),
        "rota": _grant("read", R),
    },
    Role.ANALYST: {
        "report": _grant("read verify", C, groups=_FULL),
        "incident": _grant("read verify", C, groups=_PLAIN),
        "alert": _grant("read", R, groups=_PLAIN),
        "place": _grant("read", R, groups=_PLAIN),
        "matrix": _grant("read create", R),
        "outlook": _grant("read", R),
        "coverage": _grant("read", R),
        "gap": _grant("read", R),
        "lesson": _grant("read create", R),
        "brief": _grant("read", R),
        "feed": _grant("read create", R),
        "network": _grant("read", R),
        "warning": _grant("read", R),
        "policy": _grant("read answer", R),
        "word": _grant("read settle", R),
        "rota": _grant("read", R),
    },
    Role.PROTECTION_LEAD: {
        "report": _grant("read create verify", C, groups=_FULL),
        "incident": _grant("read verify", C, groups=_PLAIN),
        "alert": _grant("read create acknowledge decide task feedback close", C, groups=_FULL),
        "place": _grant("read", R, groups=_PLAIN),
        "matrix": _grant("read create override", R),
        "outlook": _grant("read settle", R),
        "coverage": _grant("read", R),
        "gap": _grant("read create move", R),
        "lesson": _grant("read create move", R),
        "brief": _grant("read", R),
        "policy": _grant("read create answer approve", R),
        "feed": _grant("read create", R),
        "network": _grant("read create drill", R),
        "code_book": _grant("read create", C),
        "call_back": _grant("read change", C),
        "source": _grant("create", S),
        "warning": _grant("read create release", R),
        "word": _grant("read settle", R),
        "rota": _grant("read change", R),
    },
    Role.COMPONENT_PLANNER: {
        "report": _grant("read", R, groups=_PLAIN),
        "incident": _grant("read", R, groups=_PLAIN),
        "alert": _grant("read acknowledge decide task", R, groups=_PLAIN),
        "place": _grant("read", R, groups=_PLAIN),
        "matrix": _grant("read", R),
        "outlook": _grant("read", R),
        "coverage": _grant("read create", R),
        "gap": _grant("read create", R),
        "lesson": _grant("read create", R),
        "brief": _grant("read", R),
        "warning": _grant("read", R),
        "policy": _grant("read answer", R),
        "rota": _grant("read", R),
    },
    Role.RESOURCE_ALLOCATOR: {
        "alert": _grant("read acknowledge decide task", R, groups=_PLAIN),
        "place": _grant("read", R, groups=_PLAIN),
        "matrix": _grant("read", R),
        "outlook": _grant("read", R),
        "coverage": _grant("read create", R),
        "gap": _grant("read create move", R),
        "lesson": _grant("read create", R),
        "brief": _grant("read", R),
        "warning": _grant("read release", R),
        "policy": _grant("read answer approve", R),
        "rota": _grant("read change", R),
    },
    Role.SOURCE_CUSTODIAN: {
        "source": _grant("read reveal erase create", S, groups="summary identity"),
        "report": _grant("read", C, groups=_FULL),
        "network": _grant("read", R),
    },
    Role.PARTNER: {"matrix": _grant("read", N), "lesson": _grant("read", N), "warning": _grant("read", N)},
    Role.HOST_AUTHORITY: {},
    Role.AUDITOR: {"audit": _grant("read", C)},
    Role.ADMINISTRATOR: {
        "account": _grant("read create change", R),
        "gateway": _grant("read create change", R),
        "feed": _grant("read create", R),
        "policy": _grant("read", R),
        "cap_key": _grant("read create change", R),
        "rota": _grant("read change", R),
    },
}
_NOTHING: Final = Grant(frozenset(), Secrecy.PUBLIC, False, frozenset())


class Refused(Exception):
    """The viewer may not, or there is no such record. The two are told apart only in the audit log."""

    def __init__(self, because: Because) -> None:
        super().__init__("There is no such record, or you may not see it.")
        self.because = because


def grant_of(viewer: Viewer, kind: str) -> Grant:
    """Return what `viewer` may do with records of `kind`; an unlisted kind grants nothing."""
    if viewer.system:
        return Grant(frozenset({"*"}), Secrecy.SEALED, True, frozenset({"summary", "narrative", "exact_place"}))
    return GRANTS[viewer.role].get(kind, _NOTHING)


def why_not(viewer: Viewer, verb: str, kind: str, record: Model | None = None) -> Because | None:
    """Return why `viewer` may not do `verb` on `record` (or on any of its kind), None when they may."""
    grant = grant_of(viewer, kind)
    if verb not in grant.verbs and "*" not in grant.verbs:
        return Because("access.no_grant", {"role": viewer.role.value, "verb": verb, "kind": kind})
    if record is None:
        return None
    if getattr(record, "secrecy", Secrecy.RESTRICTED) > grant.ceiling:
        return Because("access.above_ceiling", {"role": viewer.role.value, "kind": kind})
    if not grant.whole_mission and getattr(record, "sector", "") != viewer.sector:
        return Because("access.other_sector", {"role": viewer.role.value, "kind": kind})
    return None


def require(viewer: Viewer, verb: str, kind: str, record: Model | None = None) -> None:
    """Go on silently when `viewer` may; otherwise raise `Refused`."""
    because = why_not(viewer, verb, kind, record)
    if because is not None:
        raise Refused(because)


def may(viewer: Viewer, verb: str, kind: str) -> bool:
    """Return whether `viewer` has the verb on any record of the kind."""
    return why_not(viewer, verb, kind) is None


def sees(viewer: Viewer, group: str, kind: str, record: Model | None = None) -> bool:
    """Return whether `viewer` sees a field group of a record."""
    return why_not(viewer, "read", kind, record) is None and group in grant_of(viewer, kind).groups


def visible(
    viewer: Viewer, kind: str, rows: QuerySet[M], *, verb: str = "read", with_drills: bool = False
) -> QuerySet[M]:
    """Return only those rows the viewer may see: what is filtered here is never counted or sorted.

    What was made in a drill is left out with them, so that no list and no figure of what is real
    holds it; only who asks for one record by its reference, or for a drill, says `with_drills`.
    """
    grant = grant_of(viewer, kind)
    if verb not in grant.verbs and "*" not in grant.verbs:
        return rows.none()
    names = {field.name for field in rows.model._meta.get_fields()}
    scope = Q()
    if "secrecy" in names:
        scope &= Q(secrecy__lte=int(grant.ceiling))
    if not grant.whole_mission:
        scope &= Q(sector=viewer.sector)
    if "is_drill" in names and not with_drills:
        scope &= Q(is_drill=False)
    return rows.filter(scope)


def kinds_open_to(viewer: Viewer) -> Iterable[str]:
    """Return the kinds of record the viewer may read, for menus."""
    return sorted(kind for kind, grant in GRANTS[viewer.role].items() if "read" in grant.verbs)
