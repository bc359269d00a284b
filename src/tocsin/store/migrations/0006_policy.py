from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0005_alert_life")]
    operations = []
