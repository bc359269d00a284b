import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0003_gateways")]

    operations = [
        migrations.CreateModel(
            name="Network",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("sector", models.CharField(blank=True, max_length=20)),
                ("languages", models.JSONField(default=list)),
                ("rhythm", models.CharField(default="none", max_length=8)),
                ("check_days", models.JSONField(default=list)),
                ("check_times", models.JSONField(default=list)),
                ("silent_after_h", models.FloatField(blank=True, null=True)),
                ("members", models.PositiveIntegerField(blank=True, null=True)),
                ("women", models.PositiveIntegerField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("since_on", models.DateField(blank=True, null=True)),
                ("until_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="FocalPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sector", models.CharField(blank=True, max_length=20)),
                ("role", models.CharField(default="can_focal_point", max_length=40)),
                ("sex", models.CharField(blank=True, max_length=8)),
                ("languages", models.JSONField(default=list)),
                ("hours_from", models.TimeField(blank=True, null=True)),
                ("hours_until", models.TimeField(blank=True, null=True)),
                ("trained_on", models.DateField(blank=True, null=True)),
                ("phone", models.CharField(default="unknown", max_length=8)),
                ("credit", models.CharField(default="unknown", max_length=8)),
                ("charge", models.CharField(default="unknown", max_length=8)),
                ("coverage", models.CharField(default="unknown", max_length=8)),
                ("entered_at", models.DateTimeField()),
                ("since_on", models.DateField(blank=True, null=True)),
                ("until_on", models.DateField(blank=True, null=True)),
                (
                    "backup",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="stands_in_for",
                        to="tocsin.focalpoint",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="focal_points",
                        to="tocsin.place",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="focal_points",
                        to="tocsin.source",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="focal_points", to="tocsin.network"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Drill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sector", models.CharField(blank=True, max_length=20)),
                ("text", models.CharField(blank=True, max_length=300)),
                ("begun_at", models.DateTimeField()),
                ("begun_by", models.CharField(max_length=40)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.CharField(blank=True, max_length=40)),
                ("declared_live", models.JSONField(default=list)),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drills", to="tocsin.network"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CodeBook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sector", models.CharField(blank=True, max_length=20)),
                ("secrecy", models.PositiveSmallIntegerField(default=3)),
                ("key", models.CharField(max_length=24, unique=True)),
                ("entries_sealed", models.BinaryField()),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="code_books", to="tocsin.place"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["place", "-valid_from"], name="code_book_in_force")]},
        ),
        migrations.CreateModel(
            name="CodeSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("definition", models.JSONField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="code_sheets", to="tocsin.network"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("backup_asked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "drill",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="check_ins",
                        to="tocsin.drill",
                    ),
                ),
                (
                    "focal_point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="check_ins", to="tocsin.focalpoint"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["focal_point", "-asked_at"], name="check_in_newest")]},
        ),
        migrations.CreateModel(
            name="Silence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sector", models.CharField(blank=True, max_length=20)),
                ("began_at", models.DateTimeField()),
                ("noticed_at", models.DateTimeField()),
                ("limit_h", models.FloatField()),
                ("because", models.JSONField(default=list)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.CharField(blank=True, max_length=40)),
                (
                    "alert",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="silences",
                        to="tocsin.alert",
                    ),
                ),
                (
                    "focal_point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="silences", to="tocsin.focalpoint"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CommitteeMeeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_on", models.DateField()),
                ("present", models.PositiveIntegerField(blank=True, null=True)),
                ("women_present", models.PositiveIntegerField(blank=True, null=True)),
                ("is_plan_reviewed", models.BooleanField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("made_by", models.CharField(max_length=40)),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="meetings", to="tocsin.network"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CallBack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sector", models.CharField(blank=True, max_length=20)),
                ("secrecy", models.PositiveSmallIntegerField(default=2)),
                ("priority", models.CharField(default="P3", max_length=2)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("last_try_at", models.DateTimeField(blank=True, null=True)),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_by", models.CharField(blank=True, max_length=40)),
                ("outcome", models.CharField(blank=True, max_length=12)),
                ("is_drill", models.BooleanField(default=False)),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="call_back", to="tocsin.message"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("done_at__isnull", True)), fields=["due_at"], name="call_back_due")
                ]
            },
        ),
        migrations.AddField(model_name="report", name="is_drill", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="alert", name="is_drill", field=models.BooleanField(default=False)),
        # Without a default and nullable: the table of messages is guarded by triggers and must not be made anew.
        migrations.AddField(
            model_name="message",
            name="drill",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="messages", to="tocsin.drill"
            ),
        ),
        migrations.AddConstraint(
            model_name="focalpoint",
            constraint=models.UniqueConstraint(fields=("network", "source"), name="once_in_a_network"),
        ),
        migrations.AddConstraint(
            model_name="codesheet",
            constraint=models.UniqueConstraint(fields=("network", "version"), name="sheet_version_once"),
        ),
        migrations.AddConstraint(
            model_name="silence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("focal_point",), name="one_silence_at_a_time"
            ),
        ),
    ]
