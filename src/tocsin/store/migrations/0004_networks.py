from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0003_gateways")]
    operations = []
