"""Guard the rows that must never change: audit entries, their seals, and messages as they arrived."""

from django.db import migrations

GUARDED = {
    "tocsin_auditentry": "",
    "tocsin_auditseal": "",
    "tocsin_sealedentry": "",
    "tocsin_historyentry": "",
}
# A message may count its repeats and lose its source (erasure); what was said stays as it was said.
MESSAGE_FIXED = (
    "channel", "vendor_id", "text", "place_hint", "language_hint", "received_at", "claimed_at", "recorded_at", "doubts",
)  # fmt: skip
# The key may be worked out from the sender's fingerprint, so erasure must be able to take it away.
KEY_CHANGED = "OLD.dedupe_key <> NEW.dedupe_key AND NEW.dedupe_key NOT LIKE 'erased:%'"


def guard(apps, schema_editor):
    """Add triggers that refuse UPDATE and DELETE."""

    def run(statement):
        schema_editor.execute(statement, params=None)  # no parameters: a % stands for itself

    if schema_editor.connection.vendor == "sqlite":
        for table in GUARDED:
            for verb in ("UPDATE", "DELETE"):
                run(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        changed = " OR ".join([f"({KEY_CHANGED})", *(f"OLD.{name} IS NOT NEW.{name}" for name in MESSAGE_FIXED)])
        run(
            f"CREATE TRIGGER tocsin_message_fixed BEFORE UPDATE ON tocsin_message WHEN {changed} "
            "BEGIN SELECT RAISE(ABORT, 'a message as it arrived is never changed'); END"
        )
        run(
            "CREATE TRIGGER tocsin_message_kept BEFORE DELETE ON tocsin_message "
            "BEGIN SELECT RAISE(ABORT, 'tocsin_message is append-only'); END"
        )
        return
    run(
        "CREATE FUNCTION tocsin_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in GUARDED:
        run(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION tocsin_refuse()"
        )
    # TRUNCATE asks no trigger that looks at rows; SQLite has no such statement.
    for table in (*GUARDED, "tocsin_message"):
        run(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tocsin_refuse()"
        )
    fixed = (f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in MESSAGE_FIXED)
    changed = " OR ".join([f"({KEY_CHANGED})", *fixed])
    run(
        "CREATE TRIGGER tocsin_message_fixed BEFORE UPDATE ON tocsin_message FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION tocsin_refuse()"
    )
    run(
        "CREATE TRIGGER tocsin_message_kept BEFORE DELETE ON tocsin_message "
        "FOR EACH ROW EXECUTE FUNCTION tocsin_refuse()"
    )


def release(apps, schema_editor):
    """Take the triggers away again."""

    def run(statement):
        schema_editor.execute(statement, params=None)  # no parameters: a % stands for itself

    if schema_editor.connection.vendor == "sqlite":
        for table in GUARDED:
            run(f"DROP TRIGGER {table}_no_update")
            run(f"DROP TRIGGER {table}_no_delete")
        run("DROP TRIGGER tocsin_message_fixed")
        run("DROP TRIGGER tocsin_message_kept")
        return
    for table in GUARDED:
        run(f"DROP TRIGGER {table}_append_only ON {table}")
    for table in (*GUARDED, "tocsin_message"):
        run(f"DROP TRIGGER {table}_not_emptied ON {table}")
    run("DROP TRIGGER tocsin_message_fixed ON tocsin_message")
    run("DROP TRIGGER tocsin_message_kept ON tocsin_message")
    run("DROP FUNCTION tocsin_refuse()")


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0001_tables")]
    operations = [migrations.RunPython(guard, release)]
