"""Every text of the interface is English in the code and Chinese in the translations."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import templatize

from common.errors import DimingError
from tests.servers import ROOT

CHINESE = re.compile(r"[\u3400-\u9fff\uff00-\uffef]")
FIELD = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Text = tuple[str, str]


def catalogs() -> dict[Path, Catalog]:
    found = {}
    for folder in settings.LOCALE_PATHS:
        for path in sorted(Path(folder).glob("zh_Hans/LC_MESSAGES/*.po")):
            with path.open("rb") as file:
                found[path] = read_po(file, locale="zh_Hans")
    return found


def app_sources(pattern: str) -> list[Path]:
    return [path for app in settings.OUR_APPS for path in sorted((ROOT / app).rglob(pattern))]


@cache
def refusals() -> set[str]:
    """Names of our refusals: their text is an argument or ``template``, translated when shown."""
    # A refusal of a module that no page uses yet is one all the same.
    for path in app_sources("*.py"):
        if "migrations" not in path.parts:
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found, waiting = {DimingError}, [DimingError]
    while waiting:
        below = waiting.pop().__subclasses__()
        found.update(below)
        waiting += below
    return {refusal.__name__ for refusal in found}


def texts_of_python(path: Path) -> Iterator[Text]:
    source = path.read_bytes()
    for _, found, _, context in extract("python", BytesIO(source), KEYWORDS):
        first = found[0] if isinstance(found, tuple) else found
        if first:
            yield context or "", first
    # What stops load_demo is read on a console, in English.
    if "demo" not in path.relative_to(ROOT).parts:
        yield from (("", text) for text in texts_of_refusals(ast.parse(source)))


def texts_of_refusals(tree: ast.AST) -> Iterator[str]:
    """``template = "…"`` in a class body, and the first argument of a raised refusal."""
    for node in ast.walk(tree):
        value: ast.expr | None = None
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                target = inner.targets[0] if isinstance(inner, ast.Assign) else None
                if isinstance(inner, ast.AnnAssign):
                    target = inner.target
                if isinstance(target, ast.Name) and target.id == "template":
                    value = inner.value  # type: ignore[union-attr]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in refusals():
            value = node.args[0] if node.args else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield value.value


def texts_of_template(path: Path) -> Iterator[Text]:
    marked = templatize(path.read_text("utf-8"), origin=str(path))
    python = "\n".join(line.lstrip() for line in marked.splitlines())
    for _, found, _, context in extract("python", BytesIO(python.encode()), KEYWORDS):
        first = found[0] if isinstance(found, tuple) else found
        if first:
            yield context or "", first


@cache
def used() -> dict[Text, Path]:
    """Every text in use → the first file that uses it."""
    found: dict[Text, Path] = {}
    for path in [*app_sources("*.py"), ROOT / "config/settings.py"]:
        for text in texts_of_python(path):
            found.setdefault(text, path)
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for text in texts_of_template(path):
            found.setdefault(text, path)
    return found


def fields(text: str) -> list[str]:
    return sorted({match.group(0) for match in FIELD.finditer(text)})


def messages() -> list[tuple[Path, Message]]:
    return [
        (path, message) for path, catalog in catalogs().items() for message in catalog if message.id
    ]


class TestTexts:
    def test_in_the_code_are_english(self) -> None:
        chinese = {
            text: str(path.relative_to(ROOT))
            for (_, text), path in used().items()
            if CHINESE.search(text)
        }
        assert not chinese

    def test_each_has_a_chinese_translation(self) -> None:
        there = {
            (message.context or "", message.id if isinstance(message.id, str) else message.id[0])
            for _, message in messages()
            if message.string and not message.fuzzy and any(message.string)
        }
        missing: dict[str, list[str]] = {}
        for text, path in used().items():
            if text not in there:
                missing.setdefault(str(path.relative_to(ROOT)), []).append(text[1])
        assert not missing, "\n".join(f"{path}: {texts}" for path, texts in sorted(missing.items()))


class TestTranslations:
    def test_keep_the_fields_of_their_text(self) -> None:
        differing = []
        for path, message in messages():
            sources = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            wanted = fields(sources[-1])
            differing += [
                f"{path.parts[-4]}: {sources[0]}" for s in strings if s and fields(s) != wanted
            ]
        assert not differing

    def test_the_same_text_reads_the_same_in_every_app(self) -> None:
        # Django merges the apps' catalogs, so that one of two differing translations would win.
        seen: dict[Text, tuple[str, str]] = {}
        clashes = []
        for path, message in messages():
            key = (message.context or "", str(message.id))
            text, app = str(message.string), path.parts[-4]
            if key in seen and seen[key][0] != text:
                clashes.append(f"{message.id!r}: {seen[key]} / {(text, app)}")
            seen.setdefault(key, (text, app))
        assert not clashes

    @pytest.mark.parametrize("name", settings.OUR_APPS)
    def test_hold_no_text_that_nobody_uses(self, name: str) -> None:
        path = ROOT / "locale" / name / "zh_Hans/LC_MESSAGES/django.po"
        if not path.exists():
            pytest.skip(f"{name} has no texts of its own")
        in_use = {text for _, text in used()}
        texts = [message.id for where, message in messages() if where == path]
        stale = [t for t in texts if (t if isinstance(t, str) else t[0]) not in in_use]
        assert not stale


def test_a_lazy_text_is_not_put_together_while_modules_are_read() -> None:
    def asks_for_text(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "gettext_lazy")

    def early(node: ast.AST) -> Iterator[int]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.Lambda):
                continue
            if isinstance(child, ast.BinOp) and asks_for_text(child.left):
                yield child.lineno
            yield from early(child)

    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in app_sources("*.py")
        for line in early(ast.parse(path.read_bytes()))
    ]
    assert not wrong, f"translated once for everybody: {wrong}"
