"""Classes of GB/T 18521 as pages show them: titles, and the table as one list of choices."""

from dataclasses import dataclass

from common.models import bilingual
from gazetteer.domain.classes import PlaceClass, place_classes


@dataclass(frozen=True, slots=True)
class ClassChoice:
    """One class in the order of the standard; ``depth`` from 0 at the two kinds."""

    code: str
    title: str
    depth: int
    legal: str
    words: str
    verified: bool

    @property
    def label(self) -> str:
        """Indented by its depth, for a select, which knows no tree."""
        return f"{'　' * self.depth}{self.code} {self.title}"


def class_title(code: str) -> str:
    """The title in the language being read, "" for an unknown class."""
    found = place_classes().get(code)
    return title_of(found) if found else ""


def title_of(row: PlaceClass) -> str:
    return bilingual(row.title_zh, row.title_en)


def class_choices() -> list[ClassChoice]:
    return [
        ClassChoice(
            code=row.code,
            title=title_of(row),
            depth=row.depth - 1,
            legal=",".join(row.legal),
            # What a search in the list looks at, in both languages.
            words=f"{row.code} {row.title_zh} {row.title_en}".lower(),
            verified=row.verified,
        )
        for row in place_classes().values()
    ]
