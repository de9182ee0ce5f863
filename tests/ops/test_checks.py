"""System checks and translations: what is wrong is said in one sentence, with what to do."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from common import checks

GOOD = {name: ("3.3.2" if name == "postgis" else "1.0", True) for name in checks.EXTENSIONS}


def ids(found: list[Any]) -> list[str]:
    return [message.id.removeprefix("diming.") for message in found]


class TestDatabaseVersions:
    def test_are_content_with_what_is_needed(self) -> None:
        assert checks._judge(150_004, GOOD, True) == []

    def test_name_an_old_server_and_an_old_postgis(self) -> None:
        old = {**GOOD, "postgis": ("3.2.1", True)}
        assert ids(checks._judge(140_010, old, True)) == ["E006", "E008"]

    def test_name_what_the_server_lacks(self) -> None:
        found = checks._judge(150_004, {"pg_trgm": ("1.6", True)}, True)
        assert ids(found) == ["E007"]
        assert "postgis, btree_gist" in found[0].msg

    def test_name_what_this_database_lacks_but_only_after_migrating(self) -> None:
        absent = {**GOOD, "postgis": ("3.5.0", False)}
        assert ids(checks._judge(170_000, absent, True)) == ["E010"]
        assert checks._judge(170_000, absent, False) == []

    def test_ask_the_real_database(self, db: None) -> None:
        assert checks.database_versions(None, databases=["default"]) == []


class TestDemonstrationAccounts:
    def test_are_refused_where_debug_is_off(self, demo: Any) -> None:
        with override_settings(DEBUG=False):
            found = checks.no_demonstration_accounts(None, databases=["default"])
        assert ids(found) == ["E009"]

    def test_are_welcome_in_development(self, demo: Any) -> None:
        with override_settings(DEBUG=True):
            assert checks.no_demonstration_accounts(None, databases=["default"]) == []


class TestFolders:
    def test_missing_libraries_are_named(self, tmp_path: Path) -> None:
        with override_settings(BASE_DIR=tmp_path):
            found = checks.library_files(None)
        assert ids(found) == ["E001"]
        assert "script/setup" in found[0].hint

    def test_a_file_in_the_place_of_var_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "var").write_text("")
        with override_settings(VAR_DIR=tmp_path / "var"):
            assert ids(checks.var_folder(None)) == ["E003"]
        with override_settings(VAR_DIR=tmp_path / "not" / "yet"):
            assert checks.var_folder(None) == []

    def test_an_unknown_time_zone_is_named(self) -> None:
        with override_settings():
            from django.conf import settings

            settings.TIME_ZONE = "Asia/Nowhere"
            assert ids(checks.time_zone(None)) == ["E004"]


class TestCompileTranslations:
    def write(self, folder: Path, text: str) -> Path:
        path = folder / "zh_Hans/LC_MESSAGES/django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def test_compiles_what_is_new_and_the_check_agrees(self, tmp_path: Path, capsys: Any) -> None:
        path = self.write(tmp_path, 'msgid "sign"\nmsgstr "标志"\n')
        with override_settings(LOCALE_PATHS=[tmp_path]):
            assert ids(checks.compiled_translations(None)) == ["W002"]
            call_command("compile_translations")
            assert path.with_suffix(".mo").exists()
            assert checks.compiled_translations(None) == []
            call_command("compile_translations")
        assert capsys.readouterr().out.splitlines()[-1].endswith("0 compiled now")

    @pytest.mark.parametrize(
        "broken", ['msgid "a"\nmsgstr "b\n', 'msgid "a"\nmsgstr "b" c\n', 'msgid "a"\nnonsense\n']
    )
    def test_a_broken_file_is_named_with_its_line(self, tmp_path: Path, broken: str) -> None:
        good, bad = tmp_path / "good", tmp_path / "worse"
        self.write(good, 'msgid "a"\nmsgstr "b"\n')
        path = self.write(bad, broken)
        with (
            override_settings(LOCALE_PATHS=[good, bad]),
            pytest.raises(CommandError, match=r"django\.po:2"),
        ):
            call_command("compile_translations")
        assert not path.with_suffix(".mo").exists()
        assert not list(good.rglob("*.mo"))
