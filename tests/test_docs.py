"""What the documents say is true of the code."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands

from tests.servers import ROOT

COMMANDS = (ROOT / "docs/commands.md").read_text("utf-8")


class TestCommands:
    def test_every_own_command_is_described(self) -> None:
        own = {name for name, app in get_commands().items() if app in settings.OUR_APPS}
        described = set(re.findall(r"^## (\w+)$", COMMANDS, re.MULTILINE))
        assert own <= described, f"docs/commands.md lacks: {sorted(own - described)}"
        assert described <= own | {"check"}, f"These are gone: {sorted(described - own)}"

    def test_sections_are_in_order(self) -> None:
        described = re.findall(r"^## (\w+)$", COMMANDS, re.MULTILINE)
        assert described == sorted(described)


class TestLinks:
    @pytest.mark.parametrize("page", sorted(ROOT.glob("docs/**/*.md")) + sorted(ROOT.glob("*.md")))
    def test_of_documents_lead_somewhere(self, page: object) -> None:
        text = page.read_text("utf-8")  # type: ignore[attr-defined]
        targets = re.findall(r"\]\(([^)#\s]+)", text)
        inner = [target for target in targets if "://" not in target]
        broken = [t for t in inner if not (page.parent / t).exists()]  # type: ignore[attr-defined]
        assert not broken
