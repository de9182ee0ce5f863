"""The PostgreSQL extensions, before any table needs them."""

from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [CreateExtension("postgis"), BtreeGistExtension(), TrigramExtension()]
