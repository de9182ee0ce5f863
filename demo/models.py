"""Which parts of the demonstration set are in the database."""

from django.db import models


class LoadedPart(models.Model):
    """Written in the part's own transaction: present means the part is complete."""

    name = models.SlugField(primary_key=True)
    loaded_at = models.DateTimeField(auto_now_add=True)
    options = models.JSONField(default=dict)
    summary = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.summary}"
