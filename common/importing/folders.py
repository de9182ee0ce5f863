"""A table that comes in a folder with the pictures it speaks of: packed into one ZIP.

From there on it is the same file, with the same checks, and the record keeps what was imported.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipFile

from django.core.files.base import File

from common.errors import BadInput
from common.importing.packed import PICTURES, TABLES
from common.importing.tables import LARGEST_FILE, MEGABYTE

PIECE = 1024 * 1024
# Name within the folder, size in bytes, and how to open it.
Member = tuple[str, int, Callable[[], Any]]


@contextmanager
def packed_folder(folder: Path) -> Iterator[File]:
    """The table and pictures of a folder and its subfolders as a ZIP, while the block lasts.

    Raises BadInput for links, whatever they lead to, for no table, and for more than 100 MB.
    """
    members = [(name, path.stat().st_size, _opener(path)) for name, path in _own(folder)]
    with _packed(members, f"{folder.resolve().name}.zip") as file:
        yield file


@contextmanager
def packed_uploads(uploads: Sequence[Any]) -> Iterator[File]:
    """The files of a folder that a browser sent, as a ZIP; it tells bare names only.

    Raises BadInput where two files bear one name, for no table, and for more than 100 MB.
    """
    kept = [each for each in uploads if _wanted(each.name)]
    names = [each.name.lower() for each in kept]
    twice = next((each.name for each in kept if names.count(each.name.lower()) > 1), "")
    if twice:
        raise BadInput(
            "Two files of the folder are called “%(name)s”: rename one, or pack it into a ZIP.",
            name=twice[:60],
        )
    table = next((each.name for each in kept if each.name.lower().endswith(TABLES)), "")
    members = [(each.name, each.size, each.open) for each in kept]
    with _packed(members, f"{PurePosixPath(table).stem}.zip") as file:
        yield file


def _own(folder: Path) -> Iterator[tuple[str, Path]]:
    for within, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in [*folders, *sorted(names)]:
            path = Path(within, name)
            if path.is_symlink():
                raise BadInput(
                    "“%(name)s” is a link: a folder is imported with its own files only.",
                    name=name[:60],
                )
            if _wanted(name) and path.is_file():
                yield path.relative_to(folder).as_posix(), path


def _wanted(name: str) -> bool:
    return name.lower().endswith(TABLES + PICTURES) and not name.startswith(".")


def _opener(path: Path) -> Callable[[], Any]:
    return lambda: path.open("rb")


@contextmanager
def _packed(members: Iterable[Member], name: str) -> Iterator[File]:
    members = list(members)
    if not any(each.lower().endswith(TABLES) for each, _size, _open in members):
        raise BadInput("The folder holds no table: put one CSV or Excel file beside its pictures.")
    if sum(size for _name, size, _open in members) > LARGEST_FILE:
        raise BadInput("The folder has more than %(most)d MB.", most=LARGEST_FILE // MEGABYTE)
    with tempfile.TemporaryFile() as kept:
        with ZipFile(kept, "w") as archive:
            for each, _size, open_ in members:
                with open_() as source, archive.open(each, "w") as target:
                    while piece := source.read(PIECE):
                        target.write(piece)
        kept.seek(0)
        yield File(kept, name=name)
