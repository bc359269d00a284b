"""Reads whose SQL is made once in a process: of a read done for every message, making it costs far more than running it.

Nothing of an answer is kept, and so nothing can be stale: each call asks the database anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models import query as queries

M = TypeVar("M", bound=Model)
_populators: Any = queries.get_related_populators  # each release of Django types it differently


class _Given(Expression):
    """A value that each call gives anew."""

    def __init__(self, number: int, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.number = number

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (self,)


@dataclass(frozen=True, slots=True)
class _Made:
    """What Django makes of a query each time it runs, and of which only the values differ."""

    connection: Any
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    converters: Any
    model: type[Model]
    names: list[str]
    columns: slice
    populators: list[Any]


class Prepared(threading.local, Generic[M]):
    """A read of whole rows, with the rows they point to where it asks for them by ``select_related``.

    Parameters
    ----------
    make
        Returns the query for values that are given later. It must be the same query for whatever is
        given: a viewer, or a number of values, that changes it has no place in it.
    fields
        The kind of each value, as the database must be handed it.
    """

    def __init__(self, make: Callable[..., QuerySet[M]], *fields: Field[Any, Any]) -> None:
        self._make, self._fields = make, fields
        self._made: _Made | None = None

    def first(self, *given: Any) -> M | None:
        """Return the first row, None where there is none."""
        found = self.rows(*given)
        return found[0] if found else None

    def rows(self, *given: Any) -> list[M]:
        """Return the rows for these values."""
        made = self._made
        if made is None or made.connection is not connections[DEFAULT_DB_ALIAS]:
            self._made = made = self._prepare()
        values = [
            field.get_db_prep_value(value, made.connection) for field, value in zip(self._fields, given, strict=True)
        ]
        with made.connection.cursor() as cursor:
            cursor.execute(made.sql, [values[one.number] if isinstance(one, _Given) else one for one in made.params])
            found = cursor.fetchall()
        return [_row(made, row) for row in made.compiler.apply_converters(found, made.converters)]

    def _prepare(self) -> _Made:
        query: Any = self._make(*(_Given(number, field) for number, field in enumerate(self._fields))).query
        compiler = query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        kinds = compiler.klass_info
        columns = slice(kinds["select_fields"][0], kinds["select_fields"][-1] + 1)
        return _Made(
            connection=compiler.connection,
            compiler=compiler,
            sql=sql,
            params=tuple(params),
            converters=compiler.get_converters([one[0] for one in compiler.select]),
            model=kinds["model"],
            names=[one[0].target.attname for one in compiler.select[columns]],
            columns=columns,
            populators=_populators(kinds, compiler.select, DEFAULT_DB_ALIAS),
        )


def _row(made: _Made, values: list[Any]) -> Any:
    row = made.model.from_db(DEFAULT_DB_ALIAS, made.names, values[made.columns])
    for populator in made.populators:
        populator.populate(values, row)
    return row
