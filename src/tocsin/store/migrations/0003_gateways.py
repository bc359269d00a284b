import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0002_append_only")]
    operations = [
        migrations.AddField("gateway", "outbound_sealed", models.BinaryField(blank=True, null=True)),
        migrations.AddField("gateway", "options", models.JSONField(default=dict)),
        migrations.AddField("gateway", "rank", models.PositiveSmallIntegerField(default=10)),
        migrations.AddField("gateway", "last_heard_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("gateway", "last_sent_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("gateway", "failing_since", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("gateway", "last_error", models.CharField(blank=True, max_length=120)),
        migrations.AddField("gateway", "receipts_unknown", models.PositiveIntegerField(default=0)),
        # Without a default: SQLite would otherwise make the table anew, and its guards would be gone.
        migrations.AddField("message", "completes", models.CharField(max_length=20, null=True)),
        migrations.AddField("outgoingmessage", "route", models.CharField(blank=True, max_length=40)),
        migrations.AddField("outgoingmessage", "routes_failed", models.JSONField(default=list)),
        migrations.AddField("outgoingmessage", "vendor_id", models.CharField(blank=True, max_length=120)),
        migrations.AddField("outgoingmessage", "claimed_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("outgoingmessage", "delivered_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("outgoingmessage", "read_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("outgoingmessage", "failed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex("outgoingmessage", models.Index(fields=["route", "vendor_id"], name="outgoing_by_vendor")),
        migrations.AddIndex(
            "outgoingmessage",
            models.Index(condition=models.Q(("sent_at__isnull", True)), fields=["id"], name="outgoing_unsent"),
        ),
        migrations.CreateModel(
            name="Gathering",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway", models.CharField(blank=True, max_length=40)),
                ("kind", models.CharField(max_length=8)),
                ("channel", models.CharField(max_length=20)),
                ("handle", models.CharField(blank=True, max_length=64)),
                ("reference", models.CharField(blank=True, max_length=40)),
                ("total", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("shown", models.CharField(blank=True, max_length=20)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "source",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="tocsin.source"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["gateway", "kind", "handle", "reference", "-id"], name="gathering_newest"),
                    models.Index(fields=["last_at"], name="gathering_by_age"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("text_sealed", models.BinaryField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                (
                    "gathering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pieces", to="tocsin.gathering"
                    ),
                ),
            ],
        ),
    ]
