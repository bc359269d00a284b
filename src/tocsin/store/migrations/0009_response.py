from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0008_desk")]
    operations = [
        migrations.AddIndex("alert", models.Index(fields=["opened_at"], name="alert_by_opening")),
        migrations.AddField("wordproposal", "concept", models.CharField(blank=True, max_length=40)),
        migrations.AddField("wordproposal", "entry", models.CharField(blank=True, max_length=80)),
        migrations.AddField("wordproposal", "why", models.CharField(blank=True, max_length=400)),
    ]
