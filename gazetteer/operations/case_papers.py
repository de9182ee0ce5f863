"""Papers of naming cases are written: by whom and at which step is told by ``domain.papers``."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from gazetteer.domain.papers import CONTENTS, WRITING, items_of
from gazetteer.models import CasePaper, NamingCase
from gazetteer.operations.cases import lock
from gazetteer.operations.evidence import read_file

LONGEST_ITEM = 10_000
OTHER = "other"


class NotThisPaperNow(Refusal):
    template = "This paper is not written at this step: the case is “%(state)s”."


@transaction.atomic
def write_paper(
    *,
    by: Any,
    at: datetime,
    case: NamingCase,
    kind: str,
    contents: Mapping[str, str],
    file: Any = None,
) -> CasePaper:
    """Write a paper, or write it anew; it may still be incomplete. ``file``: PDF, Word, photo.

    A case has one paper of each kind, but as much other material as comes. Without a new file
    the former one stays.
    """
    if kind not in CONTENTS:
        raise BadInput("“%(kind)s” is no paper of a case.", kind=str(kind)[:20])
    capability, states = WRITING[kind]
    require(by=by, capability=Capability(capability), codes=[case.division_code])
    case = lock(case)
    if case.state not in states:
        raise NotThisPaperNow(state=str(case.get_state_display()))
    items = _read(kind, contents)
    held = None if kind == OTHER else case.papers.filter(kind=kind).first()
    paper = held or CasePaper(case=case, kind=kind)
    if not any(items.values()) and file is None and not paper.file:
        raise BadInput("The paper is empty: write something, or add a file.")
    paper.contents, paper.written_by = items, by
    paper.written_at = at
    if file is not None:
        _keep_file(paper, file)
    paper.save()
    audit.record(
        by=by,
        operation="write_case_paper",
        subject=case,
        jurisdiction=case.division_code,
        number=case.number,
        paper=kind,
        sha256=paper.sha256,
    )
    return paper


def _read(kind: str, contents: Mapping[str, str]) -> dict[str, str]:
    unknown = set(contents) - set(items_of(kind))
    if unknown:
        raise BadInput("The paper has no item “%(item)s”.", item=min(unknown)[:40])
    read = {item: str(contents.get(item) or "").strip() for item in items_of(kind)}
    for text in read.values():
        if len(text) > LONGEST_ITEM:
            raise BadInput(
                "A text is too long: it may have at most %(most)d characters.", most=LONGEST_ITEM
            )
        if "\x00" in text:
            raise BadInput("The text holds a character that cannot be read.")
    return read


def _keep_file(paper: CasePaper, upload: Any) -> None:
    content, suffix = read_file(upload)
    name = str(getattr(upload, "name", "") or "").replace("\\", "/").rpartition("/")[2]
    paper.sha256 = hashlib.sha256(content).hexdigest()
    paper.file_name = name[-120:]
    paper.file.save(f"{paper.pk}.{suffix}", ContentFile(content), save=False)
