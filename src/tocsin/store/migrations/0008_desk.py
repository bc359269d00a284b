import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0007_warnings")]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="merged_into",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="merged_from", to="tocsin.alert"
            ),
        ),
        migrations.AddField(model_name="message", name="recorded_by", field=models.CharField(max_length=40, null=True)),
        migrations.AddField(model_name="report", name="component", field=models.CharField(blank=True, max_length=24)),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["priority", "-received_at", "-id", "state"], name="report_open"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                fields=["state", "priority", "received_at", "holder", "language", "secrecy", "is_drill", "sector"],
                name="report_counts",
            ),
        ),
        migrations.AddIndex(
            model_name="report", index=models.Index(fields=["received_at", "lat", "lon"], name="report_by_time")
        ),
        migrations.CreateModel(
            name="Deed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16)),
                ("asked", models.JSONField(default=dict)),
                ("why", models.CharField(blank=True, max_length=400)),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                ("undone_by", models.CharField(blank=True, max_length=40)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"indexes": [models.Index(fields=["made_by", "-id"], name="deed_of_account")]},
        ),
        migrations.CreateModel(
            name="DeedItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="tocsin.deed"
                    ),
                ),
                ("subject", models.CharField(max_length=40)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("result", models.CharField(max_length=12)),
                ("reasons", models.JSONField(default=list)),
            ],
            options={"indexes": [models.Index(fields=["subject", "-id"], name="deed_of_subject")]},
        ),
        migrations.CreateModel(
            name="RejectedPair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tocsin.report"
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tocsin.report"
                    ),
                ),
                ("rejected_by", models.CharField(max_length=40)),
                ("rejected_at", models.DateTimeField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("first", "second"), name="pair_rejected_once")]},
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                ),
                ("subject", models.CharField(max_length=40)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("subject", "account"), name="seen_once")]},
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                ),
                ("name", models.CharField(max_length=40)),
                ("query", models.CharField(max_length=400)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("account", "name"), name="filter_named_once")]},
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sector", models.CharField(blank=True, max_length=20)),
                ("since", models.DateTimeField()),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                ("signed_by", models.CharField(blank=True, max_length=40)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_by", models.CharField(blank=True, max_length=40)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"indexes": [models.Index(fields=["sector", "-id"], name="handover_newest")]},
        ),
        migrations.CreateModel(
            name="HandoverVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="tocsin.handover"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("facts", models.JSONField(default=dict)),
                ("note", models.TextField(blank=True)),
                ("written_by", models.CharField(max_length=40)),
                ("written_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("handover", "number"), name="version_numbered_once")]
            },
        ),
        migrations.CreateModel(
            name="WordProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="word_proposals", to="tocsin.report"
                    ),
                ),
                ("language", models.CharField(max_length=8)),
                ("field", models.CharField(max_length=24)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("read_as", models.CharField(blank=True, max_length=200)),
                ("corrected_to", models.CharField(blank=True, max_length=200)),
                ("state", models.CharField(default="proposed", max_length=12)),
                ("proposed_by", models.CharField(max_length=40)),
                ("proposed_at", models.DateTimeField()),
                ("settled_by", models.CharField(blank=True, max_length=40)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"indexes": [models.Index(fields=["state", "language"], name="words_to_settle")]},
        ),
    ]
