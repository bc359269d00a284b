from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tocsin", "0002_append_only")]
    operations = []
