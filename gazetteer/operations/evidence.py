"""Photos and documents are read, checked and kept, each for one suggestion, complaint or notice."""

import hashlib
import io
import zipfile
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile

from common.errors import BadInput
from common.photos import LARGEST_FILE, display_copy, read_photo
from gazetteer.models import Evidence

DOCUMENTS = ("pdf", "docx")


class NotADocument(BadInput):
    template = "“%(name)s” is neither a PDF nor a Word document: send one of these, or a photo."


class DocumentTooLarge(BadInput):
    template = "“%(name)s” is too large: a document may have at most 15 MB."


def keep_photo(
    upload: Any, *, by: Any, at: datetime, without_exif: bool = False, **of: Any
) -> Evidence:
    """Keep a photo ``of`` a thing (``complaint=…``); ``without_exif`` hides who took it."""
    read = read_photo(upload)
    if not without_exif:
        return _keep(read.content, read.suffix, True, by=by, at=at, **of)
    return _keep(display_copy(read.content), "jpg", True, by=by, at=at, **of)


def keep_file(upload: Any, *, by: Any, at: datetime, **of: Any) -> Evidence:
    """Keep a reply: a PDF, a Word document, or a photo."""
    content, suffix = read_file(upload)
    return _keep(content, suffix, suffix not in DOCUMENTS, by=by, at=at, **of)


def read_file(upload: Any) -> tuple[bytes, str]:
    """Content and suffix of a PDF, a Word document or a photo; refuses everything else."""
    name = str(getattr(upload, "name", "") or "?")[-60:]
    suffix = name.rpartition(".")[2].lower()
    if suffix not in DOCUMENTS:
        read = read_photo(upload)
        return read.content, read.suffix
    if upload.size > LARGEST_FILE:
        raise DocumentTooLarge(name=name)
    content = upload.read()
    if not _is_document(content, suffix):
        raise NotADocument(name=name)
    return content, suffix


def _is_document(content: bytes, suffix: str) -> bool:
    if suffix == "pdf":
        return content.startswith(b"%PDF-")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "word/document.xml" in parts.namelist()
    except zipfile.BadZipFile:
        return False


def _keep(content: bytes, suffix: str, is_photo: bool, *, by: Any, at: datetime, **of: Any) -> Any:
    kept = Evidence(
        is_photo=is_photo, sha256=hashlib.sha256(content).hexdigest(), by=by, at=at, **of
    )
    kept.file.save(f"{kept.pk}.{suffix}", ContentFile(content), save=False)
    try:
        kept.save()
    except Exception:
        kept.file.delete(save=False)
        raise
    return kept
