"""The six particulars of an announcement (2023 办法): what a case says of each, what it lacks."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from gazetteer.domain.approved import read_spelling
from gazetteer.domain.categories import naming_category
from gazetteer.domain.romanise import romanise
from gazetteer.models import CaseKind, NamingCase
from gazetteer.queries.divisions import division_chains

TITLES = {
    "name": _("standard name"),
    "romanisation": _("spelling in Roman letters"),
    "division": _("division it belongs to"),
    "position": _("position in words"),
    "approving_body": _("approving organ"),
    "approved_on": _("day of approval"),
}


@dataclass(frozen=True, slots=True)
class Particular:
    key: str
    title: Any
    value: str


@dataclass(frozen=True, slots=True)
class Particulars:
    """In the order of the law; always in Chinese, as it is announced."""

    rows: list[Particular]

    @property
    def lacking(self) -> list[Particular]:
        return [row for row in self.rows if not row.value]

    @property
    def complete(self) -> bool:
        return not self.lacking

    def as_json(self) -> dict[str, str]:
        return {row.key: row.value for row in self.rows}


def announcement_particulars(*, case: NamingCase, at: date | None = None) -> Particulars:
    """What was announced, or what would be announced on a day (the day of approval if not told)."""
    values = case.announcement or _values(case, at or case.approved_on or case.opened_on)
    return Particulars([Particular(key, TITLES[key], values.get(key, "")) for key in TITLES])


def spelling_of_case(*, case: NamingCase) -> str:
    """The name in Roman letters without tones, as national law asks for."""
    text = case.text or case.current_text
    if not text:
        return ""
    if case.reading:
        return read_spelling(case.reading, name=text).plain
    naming = naming_category(case.category, case.division_code)
    return romanise(text, category=naming, division=case.division_code).plain


def _values(case: NamingCase, day: date) -> dict[str, str]:
    code = case.division_code
    chain = division_chains(codes=[code], at=day)[code]
    standard = None
    if case.kind == CaseKind.ABOLITION and case.place is not None:
        standard = case.place.names.on(day).standard().first()
    position = case.position or (case.place.description if case.place else "")
    return {
        "name": case.text or case.current_text,
        "romanisation": standard.pinyin_plain if standard else spelling_of_case(case=case),
        "division": "".join(each.name for each in chain),
        "position": position.strip(),
        "approving_body": case.approving_body,
        "approved_on": case.approved_on.isoformat() if case.approved_on else "",
    }
