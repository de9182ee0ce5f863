"""The PostgreSQL extensions, before any table needs them."""

from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    run_before = [("accounts", "0001_initial")]
    operations = [CreateExtension("postgis"), BtreeGistExtension(), TrigramExtension()]
