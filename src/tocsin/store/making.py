"""A store about to be made: it must be empty before, and it is taken away again when its making fails."""

from __future__ import annotations

from django.db import connection


def is_empty() -> bool:
    """Return whether the store holds no table yet."""
    return not connection.introspection.table_names()


def take_away() -> None:
    """Remove every table of a store that was empty before, and let go of it."""
    if connection.vendor == "postgresql":
        connection.close()  # whatever failed, its transaction is over
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
            cursor.execute("DROP FUNCTION IF EXISTS tocsin_refuse()")
    connection.close()
