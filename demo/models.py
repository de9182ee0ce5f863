"""Which parts of the demonstration set are in the database, and what set-up wrote."""

from django.db import models


class LoadedPart(models.Model):
    """Written in the part's own transaction: present means the part is complete."""

    name = models.SlugField(primary_key=True)
    loaded_at = models.DateTimeField(auto_now_add=True)
    options = models.JSONField(default=dict)
    summary = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.summary}"


class ReferenceRow(models.Model):
    """A row of ``fixtures/reference`` as it was last written here, by its natural key in words."""

    key = models.CharField(primary_key=True, max_length=200)
    values = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.key
