"""Files that prove something: photos of a suggestion, a complaint, a notice; replies to one."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from gazetteer.models.complaint import Complaint
from gazetteer.models.notice import Notice
from gazetteer.models.suggestion import Suggestion


class Evidence(models.Model):
    """One file of one thing; its own name is not kept, its hash is from the moment of upload.

    Photos of informants are kept without their EXIF block, which may name camera and owner.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    suggestion = models.ForeignKey(
        Suggestion, null=True, on_delete=models.PROTECT, related_name="files"
    )
    complaint = models.ForeignKey(
        Complaint, null=True, on_delete=models.PROTECT, related_name="files"
    )
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="files")
    file = models.FileField(upload_to="evidence/%Y/%m")
    is_photo = models.BooleanField(default=True)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_of_one_thing",
                condition=Q(suggestion__isnull=False, complaint__isnull=True, notice__isnull=True)
                | Q(suggestion__isnull=True, complaint__isnull=False, notice__isnull=True)
                | Q(suggestion__isnull=True, complaint__isnull=True, notice__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.sha256[:16]
