import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0004_networks")]
    operations = [
        migrations.AddField("account", "component", models.CharField(default="other", max_length=24)),
        migrations.AddField(
            "account",
            "deputy",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="stands_in_for",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("account", "quiet_from", models.TimeField(blank=True, null=True)),
        migrations.AddField("account", "quiet_until", models.TimeField(blank=True, null=True)),
        migrations.AddField("account", "speaks", models.JSONField(default=list)),
        migrations.AddField("account", "wakes_for", models.CharField(default="P1", max_length=2)),
        migrations.CreateModel(
            name="DutyShift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sector", models.CharField(blank=True, max_length=20)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shifts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["ends_at", "starts_at"], name="shift_by_time")]},
        ),
        migrations.AddField("dutyshift", "is_absence", models.BooleanField(default=False)),
        migrations.AddField("alert", "confirmed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("alert", "raised_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("alert", "screams_since", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("alert", "first_acknowledged_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("alert", "beats", models.JSONField(default=dict)),
        migrations.AddField("alert", "determination", models.TextField(blank=True)),
        migrations.AddField("alert", "rests_on", models.JSONField(default=list)),
        migrations.AddField("addressee", "seen_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("addressee", "held_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("addressee", "unreached_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("addressee", "seen_through", models.CharField(blank=True, max_length=16)),
        migrations.AddField("addressee", "stands_in_for", models.CharField(blank=True, max_length=40)),
        migrations.AddField("addressee", "told_level", models.CharField(blank=True, max_length=8)),
        migrations.AddField("workitem", "due_boot", models.CharField(blank=True, max_length=36)),
        migrations.AddField("workitem", "due_beat", models.FloatField(blank=True, null=True)),
        migrations.CreateModel(
            name="CallLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("called_at", models.DateTimeField()),
                ("outcome", models.CharField(max_length=16)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL),
                ),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="tocsin.alert"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Harm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phase", models.CharField(blank=True, max_length=8)),
                ("kind", models.CharField(max_length=20)),
                ("least", models.PositiveIntegerField(blank=True, null=True)),
                ("most", models.PositiveIntegerField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("reports", models.JSONField(default=list)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="harm", to="tocsin.alert"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HostRelay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.CharField(max_length=120)),
                ("language", models.CharField(default="en", max_length=8)),
                ("facts", models.JSONField(default=dict)),
                ("withheld", models.JSONField(blank=True, null=True)),
                ("made_by", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="relays", to="tocsin.alert"
                    ),
                ),
            ],
        ),
    ]
