import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0006_policy")]

    operations = [
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("private_sealed", models.BinaryField(blank=True, null=True)),
                ("certificate", models.TextField()),
                ("request", models.TextField()),
                ("not_before", models.DateTimeField()),
                ("not_after", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=40)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("retired_by", models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="TrustAnchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("certificate", models.TextField()),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="FeedSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=60)),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("sector", models.CharField(blank=True, max_length=20)),
                ("radius_km", models.FloatField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                ),
                ("place", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="tocsin.place")),
            ],
        ),
        migrations.CreateModel(
            name="IncomingWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sender", models.CharField(max_length=200)),
                ("identifier", models.CharField(max_length=300)),
                ("sent_at", models.DateTimeField()),
                ("status", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=8)),
                ("scope", models.CharField(max_length=10)),
                ("references", models.JSONField(default=list)),
                ("said", models.JSONField(default=list)),
                ("rings", models.JSONField(default=list)),
                ("circles", models.JSONField(default=list)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("signature", models.JSONField(default=dict)),
                ("doubts", models.JSONField(default=list)),
                ("body", models.BinaryField()),
                ("secrecy", models.PositiveSmallIntegerField(default=2)),
                ("received_at", models.DateTimeField(db_index=True)),
                ("received_by", models.CharField(max_length=40)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sender", "identifier", "sent_at"), name="one_incoming_warning")
                ]
            },
        ),
        migrations.CreateModel(
            name="CommunityWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(default="Alert", max_length=8)),
                ("is_exercise", models.BooleanField(default=False)),
                ("state", models.CharField(default="draft", max_length=12)),
                ("reach", models.CharField(max_length=16)),
                ("event", models.CharField(max_length=4)),
                ("urgency", models.CharField(max_length=12)),
                ("severity", models.CharField(max_length=12)),
                ("certainty", models.CharField(max_length=12)),
                ("shape", models.JSONField(default=dict)),
                ("texts", models.JSONField(default=dict)),
                ("by_voice", models.JSONField(default=list)),
                ("tasks", models.JSONField(default=list)),
                ("asked", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=list)),
                ("sector", models.CharField(blank=True, max_length=20)),
                ("secrecy", models.PositiveSmallIntegerField(default=2)),
                ("expires_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=40)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("released_by", models.CharField(blank=True, max_length=40)),
                ("is_emergency", models.BooleanField(default=False)),
                ("why", models.TextField(blank=True)),
                ("identifier", models.CharField(max_length=80, null=True, unique=True)),
                ("cap", models.TextField(blank=True)),
                (
                    "alert",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="warnings",
                        to="tocsin.alert",
                    ),
                ),
                ("places", models.ManyToManyField(related_name="warnings", to="tocsin.place")),
                (
                    "previous",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="tocsin.communitywarning",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warnings",
                        to="tocsin.signingkey",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WarningRecipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(blank=True, max_length=40)),
                ("language", models.CharField(max_length=8)),
                ("form", models.CharField(max_length=8)),
                ("called_at", models.DateTimeField(blank=True, null=True)),
                ("called_by", models.CharField(blank=True, max_length=40)),
                ("answer", models.CharField(blank=True, max_length=8)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_through", models.CharField(blank=True, max_length=16)),
                (
                    "outgoing",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to="tocsin.outgoingmessage"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="tocsin.place"),
                ),
                (
                    "source",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="tocsin.source"),
                ),
                (
                    "warning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="tocsin.communitywarning",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="communitywarning", index=models.Index(fields=["state", "-expires_at"], name="warning_in_force")
        ),
        migrations.AddConstraint(
            model_name="warningrecipient",
            constraint=models.UniqueConstraint(fields=("warning", "source"), name="warned_once"),
        ),
    ]
