from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0009_response")]
    operations = [
        migrations.AddField("message", "consent", models.CharField(blank=True, max_length=16, null=True)),
        migrations.AddIndex("report", models.Index(fields=["lat", "lon"], name="report_by_point")),
        migrations.AddIndex("alert", models.Index(fields=["lat", "lon"], name="alert_by_point")),
        migrations.AddIndex(
            "workitem",
            models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["verb", "run_at"], name="work_due_by_verb"
            ),
        ),
    ]
