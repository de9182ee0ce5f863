"""A table that comes in one ZIP with the pictures it speaks of."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from common.errors import BadInput
from common.importing.workbook import refuse_zip_bombs

# A text file beside them is a note to the reader.
TABLES = (".csv", ".tsv", ".xlsx")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".gif", ".tif", ".tiff", ".bmp")


class UnreadableMember(BadInput):
    template = "“%(name)s” in the ZIP is damaged or locked by a password."


class PackedFile(io.BytesIO):
    """A file of the archive in the form of an upload: with a name and a size."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name, self.size = name, len(content)


def table_inside(path: Path) -> str:
    """The one table in a ZIP that holds no shapefile, "" where there is none.

    Raises BadInput where there are several: which one is meant is not guessed.
    """
    names = _own(path)
    if any(name.lower().endswith((".shp", ".shx", ".dbf", ".prj")) for name in names):
        return ""
    tables = [name for name in names if name.lower().endswith(TABLES)]
    if len(tables) > 1:
        raise BadInput(
            "The ZIP holds %(count)d tables (%(names)s): leave one, with its pictures.",
            count=len(tables),
            names=", ".join(PurePosixPath(name).name for name in tables[:3])[:120],
        )
    return tables[0] if tables else ""


@contextmanager
def unpacked(path: Path, member: str) -> Iterator[Path]:
    """The member as a file of its own, for as long as the block lasts."""
    with tempfile.NamedTemporaryFile(suffix=PurePosixPath(member).suffix.lower()) as kept:
        kept.write(read_member(path, member).getvalue())
        kept.flush()
        yield Path(kept.name)


def read_member(path: Path, member: str) -> PackedFile:
    try:
        with ZipFile(path) as archive:
            return PackedFile(PurePosixPath(member).name, archive.read(member))
    # RuntimeError: encrypted, or packed in a way that zipfile cannot undo.
    except (BadZipFile, OSError, RuntimeError, KeyError, ValueError):
        raise UnreadableMember(name=PurePosixPath(member).name[:60]) from None


def pictures_inside(path: Path) -> dict[str, str]:
    """Name of a picture as a table would write it, in small letters → member of the archive.

    A picture answers to its path within the ZIP, and to its bare name where only one bears it.
    """
    if path.suffix.lower() != ".zip":
        return {}
    members = [name for name in _own(path) if name.lower().endswith(PICTURES)]
    bare = [PurePosixPath(name).name.lower() for name in members]
    alone = {
        name: member for name, member in zip(bare, members, strict=True) if bare.count(name) == 1
    }
    return alone | {member.lower(): member for member in members}


def each_picture(path: Path) -> Iterator[PackedFile]:
    """The pictures of a ZIP under their paths within it, one at a time in memory."""
    for member in sorted(set(pictures_inside(path).values())):
        picture = read_member(path, member)
        picture.name = member
        yield picture


def _own(path: Path) -> list[str]:
    names = refuse_zip_bombs(path)
    return [
        name
        for name in names
        if not name.startswith("__MACOSX")
        and not PurePosixPath(name).name.startswith(".")
        and not name.endswith("/")
    ]
