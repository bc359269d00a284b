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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shifts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["ends_at", "starts_at"], name="shift_by_time")]},
        ),
    ]
