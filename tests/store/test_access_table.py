"""Who may do what: the thirteen roles against every kind of record, as the mission's rules word it.

The table below is written down apart from the product's own, from the design of the roles. A grant
that is added in one place and not in the other is a finding.
"""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pytest

from tests.store import rows
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.store import access

# role: kind, verbs, highest level of secrecy (0 public to 4 sealed), sector or mission, field groups
EXPECTED = """
field_liaison       report    read,create,verify                          2 sector  summary,narrative,exact_place
field_liaison       incident  read                                        2 sector  summary,exact_place
field_liaison       alert     read,acknowledge,feedback,task              2 sector  summary,narrative,exact_place
field_liaison       place     read                                        2 sector  summary,exact_place
field_liaison       lesson    read,create                                 2 mission summary
duty_officer        report    read,create,verify                          3 mission summary,narrative,exact_place
duty_officer        incident  read,verify                                 3 mission summary,exact_place
duty_officer        alert     read,create,acknowledge,decide,task,feedback,close 3 mission summary,narrative,exact_place
duty_officer        place     read                                        2 mission summary,exact_place
duty_officer        matrix    read                                        2 mission summary
duty_officer        coverage  read                                        2 mission summary
duty_officer        gap       read,create                                 2 mission summary
duty_officer        lesson    read,create                                 2 mission summary
duty_officer        brief     read                                        2 mission summary
analyst             report    read,verify                                 3 mission summary,narrative,exact_place
analyst             incident  read,verify                                 3 mission summary,exact_place
analyst             alert     read                                        2 mission summary,exact_place
analyst             place     read                                        2 mission summary,exact_place
analyst             matrix    read,create                                 2 mission summary
analyst             coverage  read                                        2 mission summary
analyst             gap       read                                        2 mission summary
analyst             lesson    read,create                                 2 mission summary
analyst             brief     read                                        2 mission summary
analyst             feed      read,create                                 2 mission summary
protection_lead     report    read,create,verify                          3 mission summary,narrative,exact_place
protection_lead     incident  read,verify                                 3 mission summary,exact_place
protection_lead     alert     read,create,acknowledge,decide,task,feedback,close 3 mission summary,narrative,exact_place
protection_lead     place     read                                        2 mission summary,exact_place
protection_lead     matrix    read,create,override                        2 mission summary
protection_lead     coverage  read                                        2 mission summary
protection_lead     gap       read,create,move                            2 mission summary
protection_lead     lesson    read,create,move                            2 mission summary
protection_lead     brief     read                                        2 mission summary
protection_lead     policy    read,create,answer,approve                  2 mission summary
protection_lead     feed      read,create                                 2 mission summary
component_planner   report    read                                        2 mission summary,exact_place
component_planner   incident  read                                        2 mission summary,exact_place
component_planner   alert     read,acknowledge,decide,task                2 mission summary,exact_place
component_planner   place     read                                        2 mission summary,exact_place
component_planner   matrix    read                                        2 mission summary
component_planner   coverage  read,create                                 2 mission summary
component_planner   gap       read,create                                 2 mission summary
component_planner   lesson    read,create                                 2 mission summary
component_planner   brief     read                                        2 mission summary
resource_allocator  alert     read,acknowledge,decide,task                2 mission summary,exact_place
resource_allocator  place     read                                        2 mission summary,exact_place
resource_allocator  matrix    read                                        2 mission summary
resource_allocator  coverage  read,create                                 2 mission summary
resource_allocator  gap       read,create,move                            2 mission summary
resource_allocator  lesson    read,create                                 2 mission summary
resource_allocator  brief     read                                        2 mission summary
source_custodian    source    read,reveal,erase,create                    4 mission summary,identity
source_custodian    report    read                                        3 mission summary,narrative,exact_place
partner             matrix    read                                        1 mission summary
partner             lesson    read                                        1 mission summary
auditor             audit     read                                        3 mission summary
field_liaison       network   read,create,drill                           2 sector  summary
field_liaison       code_book read,create                                 3 sector  summary
field_liaison       call_back read,change                                 2 sector  summary
field_liaison       source    create                                      4 sector  summary
duty_officer        network   read,drill                                  2 mission summary
duty_officer        call_back read,change                                 3 mission summary
analyst             network   read                                        2 mission summary
protection_lead     network   read,create,drill                           2 mission summary
protection_lead     code_book read,create                                 3 mission summary
protection_lead     call_back read,change                                 3 mission summary
protection_lead     source    create                                      4 mission summary
source_custodian    network   read                                        2 mission summary
field_liaison       warning   read,create                                 2 sector  summary
duty_officer        warning   read,create,release                         2 mission summary
analyst             warning   read                                        2 mission summary
protection_lead     warning   read,create,release                         2 mission summary
component_planner   warning   read                                        2 mission summary
resource_allocator  warning   read,release                                2 mission summary
partner             warning   read                                        1 mission summary
administrator       cap_key   read,create,change                          2 mission summary
administrator       account   read,create,change                          2 mission summary
administrator       gateway   read,create,change                                 2 mission summary
administrator       feed      read,create                                 2 mission summary
administrator       policy    read                                        2 mission summary
field_liaison       policy    read,answer                                 2 mission summary
duty_officer        policy    read,answer                                 2 mission summary
analyst             policy    read,answer                                 2 mission summary
component_planner   policy    read,answer                                 2 mission summary
resource_allocator  policy    read,answer,approve                         2 mission summary
analyst             word      read,settle                                 2 mission summary
protection_lead     word      read,settle                                 2 mission summary
field_liaison       rota      read                                        2 mission summary
duty_officer        rota      read                                        2 mission summary
analyst             rota      read                                        2 mission summary
protection_lead     rota      read,change                                 2 mission summary
component_planner   rota      read                                        2 mission summary
resource_allocator  rota      read,change                                 2 mission summary
administrator       rota      read,change                                 2 mission summary
duty_officer        outlook   read,settle                                 2 mission summary
analyst             outlook   read                                        2 mission summary
protection_lead     outlook   read,settle                                 2 mission summary
component_planner   outlook   read                                        2 mission summary
resource_allocator  outlook   read                                        2 mission summary
"""
KINDS = (
    "report", "incident", "alert", "place", "matrix", "coverage", "gap", "lesson", "brief", "policy", "feed", "source",
    "audit", "account", "gateway", "warning", "cap_key", "network", "code_book", "call_back", "word", "rota",
    "outlook",
    "something nobody listed",
)  # fmt: skip
VERBS = (
    "read", "create", "verify", "acknowledge", "decide", "task", "feedback", "close", "override", "move", "approve",
    "reveal", "erase", "change", "release", "drill", "answer", "settle", "delete", "*", "",
)  # fmt: skip
GROUPS = ("summary", "narrative", "exact_place", "identity")
SECTORS, LEVELS = ("west", "east", ""), (0, 1, 2, 3, 4)
Cell = tuple[frozenset[str], int, bool, frozenset[str]]


def table() -> dict[tuple[str, str], Cell]:
    """Return the cells of the table above; what is not in it grants nothing."""
    found = {}
    for line in EXPECTED.strip().splitlines():
        role, kind, verbs, level, scope, groups = line.split()
        found[role, kind] = (frozenset(verbs.split(",")), int(level), scope == "mission", frozenset(groups.split(",")))
    return found


CELLS = table()
NOTHING: Cell = (frozenset(), -1, False, frozenset())


def allowed(cell: Cell) -> set[tuple[str, str, int]]:
    verbs, level, everywhere, _ = cell
    inside = {
        (sector, at) for sector, at in product(SECTORS, LEVELS) if at <= level and (everywhere or sector == "west")
    }
    return {(verb, *where) for verb in verbs for where in inside}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_exactly_what_its_line_says(role, kind):
    somebody, cell = rows.viewer(role), CELLS.get((role.value, kind), NOTHING)

    without_record = {verb for verb in VERBS if access.why_not(somebody, verb, kind) is None}
    with_record = {
        (verb, sector, level)
        for verb, sector, level in product(VERBS, SECTORS, LEVELS)
        if access.why_not(somebody, verb, kind, SimpleNamespace(sector=sector, secrecy=level)) is None
    }

    assert without_record == cell[0]
    assert with_record == allowed(cell)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", Role)
def test_each_role_sees_exactly_its_groups_of_fields(role, kind):
    somebody, cell = rows.viewer(role), CELLS.get((role.value, kind), NOTHING)

    seen = {
        (group, sector, level)
        for group, sector, level in product(GROUPS, SECTORS, LEVELS)
        if access.sees(somebody, group, kind, SimpleNamespace(sector=sector, secrecy=level))
    }

    assert seen == {(group, *where[1:]) for group in cell[3] for where in allowed(cell) if where[0] == "read"}


def test_the_table_names_no_role_and_no_kind_that_the_product_does_not_know():
    granted = {(role.value, kind) for role, kinds in access.GRANTS.items() for kind in kinds}

    assert granted == set(CELLS)
    assert set(access.GRANTS) == set(Role)


def test_a_grant_too_many_would_be_found(monkeypatch):
    wider = {**access.GRANTS, Role.PARTNER: {"report": access.GRANTS[Role.ANALYST]["report"]}}
    monkeypatch.setattr(access, "GRANTS", wider)

    with pytest.raises(AssertionError):
        test_each_role_may_do_exactly_what_its_line_says(Role.PARTNER, "report")


@pytest.mark.parametrize(
    ("kind", "verb", "roles"),
    [
        ("source", "reveal", {"source_custodian"}),
        ("source", "read", {"source_custodian"}),
        ("audit", "read", {"auditor"}),
        ("policy", "approve", {"protection_lead", "resource_allocator"}),
        ("account", "create", {"administrator"}),
    ],
)
def test_powers_that_must_stay_apart_stay_apart(kind, verb, roles):
    holders = {role.value for role in Role if access.may(rows.viewer(role), verb, kind)}

    assert holders == roles
    assert {kind for kind in KINDS if access.may(rows.viewer(Role.AUDITOR), "read", kind)} == {"audit"}
    assert {"report", "incident", "alert", "source"}.isdisjoint(access.kinds_open_to(rows.viewer(Role.ADMINISTRATOR)))


def test_the_system_itself_never_sees_who_told_us():
    sealed = SimpleNamespace(sector="east", secrecy=4)

    assert access.why_not(SYSTEM, "read", "report", sealed) is None
    assert access.sees(SYSTEM, "narrative", "report", sealed)
    assert not access.sees(SYSTEM, "identity", "source", sealed)
