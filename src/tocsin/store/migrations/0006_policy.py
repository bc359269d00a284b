import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0005_alert_life")]
    operations = [
        migrations.AddField("imminencepolicy", "area", models.CharField(blank=True, max_length=120)),
        migrations.AddField("imminencepolicy", "caveats", models.JSONField(default=dict)),
        migrations.AddField("imminencepolicy", "anchors", models.JSONField(default=dict)),
        migrations.AddField("imminencepolicy", "grades", models.JSONField(default=dict)),
        migrations.AddField("imminencepolicy", "override_roles", models.JSONField(default=list)),
        migrations.AddField("imminencepolicy", "step_down_roles", models.JSONField(default=list)),
        migrations.AddField("imminencepolicy", "needs_observation", models.BooleanField(default=True)),
        migrations.AddField("imminencepolicy", "review_on", models.DateField(blank=True, null=True)),
        migrations.AddField("imminencepolicy", "changelog", models.TextField(blank=True)),
        migrations.AddField("imminencepolicy", "made_by", models.CharField(blank=True, max_length=40)),
        migrations.AddField("imminencepolicy", "made_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("imminencepolicy", "consulted_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("imminencepolicy", "approved_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("imminencepolicy", "why_not_consulted", models.TextField(blank=True)),
        migrations.AddField("imminencepolicy", "difference", models.JSONField(default=dict)),
        migrations.AlterField("imminencepolicy", "effective_from", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="PolicyParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("component", models.CharField(max_length=24)),
                ("contingent", models.CharField(blank=True, max_length=60)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("opinion", models.CharField(blank=True, max_length=12)),
                ("opinion_text", models.TextField(blank=True)),
                ("opinion_by", models.CharField(blank=True, max_length=40)),
                ("opinion_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("acknowledged_by", models.CharField(blank=True, max_length=40)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("caveats", models.TextField(blank=True)),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="tocsin.imminencepolicy"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "component", "contingent"), name="party_of_a_policy_once")
                ]
            },
        ),
        migrations.CreateModel(
            name="PolicyProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.CharField(max_length=12)),
                ("after", models.CharField(max_length=12)),
                ("because", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("verdict", models.CharField(blank=True, max_length=12)),
                ("why", models.TextField(blank=True)),
                ("settled_by", models.CharField(blank=True, max_length=40)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="policy_proposals", to="tocsin.alert"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="tocsin.imminencepolicy",
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("policy", "alert"), name="alert_proposed_once")]},
        ),
    ]
