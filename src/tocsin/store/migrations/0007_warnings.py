from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0006_policy")]
    operations = []
