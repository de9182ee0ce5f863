"""Names beside the standard one: kinds, periods from partial dates, recordings, permissions."""

import struct
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry
from gazetteer.domain.name_periods import PAST, period_of_name
from gazetteer.models import NameKind, NameRelation, NameStatus, Place, PlaceName
from gazetteer.operations.place_names import (
    CannotAddName,
    NameFacts,
    NameInUse,
    NotHere,
    add_name,
    correct_name,
    end_name,
    strike_name,
)
from gazetteer.operations.recordings import (
    NotARecording,
    RecordingTooLarge,
    drop_recording,
    keep_recording,
    read_recording,
)
from gazetteer.queries.place_facts import names_of_place
from gazetteer.queries.search import search_names

TODAY = date(2025, 6, 30)
YEARS = st.integers(min_value=1000, max_value=2020)


def known(draw: Any, years: Any = YEARS) -> str:
    """A partial date as somebody may know it."""
    year = draw(years)
    month, day = draw(st.integers(1, 12)), draw(st.integers(1, 28))
    forms = ["{y}", "{y}-{m:02}", "{y}-{m:02}-{d:02}", "{y}~", "{y}年", "{y}年{m}月", "{y}年以前"]
    return str(draw(st.sampled_from(forms)).format(y=year, m=month, d=day))


dates = st.composite(known)()


class TestPeriodOfName:
    @settings(deadline=None)
    @given(kind=st.sampled_from(["short", "alias", "ethnic", "former", "historic"]), began=dates)
    def test_an_open_end_never_fails(self, kind: str, began: str) -> None:
        period = period_of_name(kind=kind, began=began, ended="", today=TODAY)
        assert period.end is None

    @settings(deadline=None)
    @given(kind=st.sampled_from(["short", "alias", "former", "historic"]), began=dates, ended=dates)
    def test_a_period_never_ends_before_it_begins(self, kind: str, began: str, ended: str) -> None:
        try:
            period = period_of_name(kind=kind, began=began, ended=ended, today=TODAY)
        except BadInput:
            return
        for start, end in ((period.start, period.end), (period.use_start, period.use_end)):
            assert start is None or end is None or start < end
        assert (period.start == period.use_end) == (
            kind in PAST or period.use_start == period.use_end
        )

    @settings(deadline=None)
    @given(turn=st.integers(1500, 2000).map(str), kind=st.sampled_from(["alias", "short"]))
    def test_one_name_ends_where_the_next_begins(self, turn: str, kind: str) -> None:
        """No gap and no overlap, however little is known of the turn."""
        before = period_of_name(kind=kind, began="1400", ended=turn, today=TODAY)
        after = period_of_name(kind=kind, began=turn, ended="", today=TODAY)
        assert before.end == after.start

    @settings(deadline=None)
    @given(year=st.integers(1000, 2020))
    def test_a_name_may_live_within_a_year(self, year: int) -> None:
        period = period_of_name(kind="alias", began=str(year), ended=str(year), today=TODAY)
        assert (period.start, period.end) == (date(year, 1, 1), date(year + 1, 1, 1))

    def test_before_a_year_ends_by_that_year(self) -> None:
        period = period_of_name(kind="former", began="", ended="1949年以前", today=TODAY)
        assert (period.use_end, period.start, period.ended) == (
            date(1949, 1, 1),
            date(1949, 1, 1),
            "[..1948]",
        )

    @pytest.mark.parametrize(
        ("began", "ended"),
        [("1958", "1957"), ("1958-03-02", "1958-03-02"), ("1958-03", "1958-02")],
    )
    def test_refuses_an_end_before_the_beginning(self, began: str, ended: str) -> None:
        with pytest.raises(BadInput):
            period_of_name(kind="alias", began=began, ended=ended, today=TODAY)

    def test_refuses_a_past_that_has_not_ended(self) -> None:
        ended = (TODAY + timedelta(days=1)).isoformat()
        with pytest.raises(BadInput):
            period_of_name(kind="former", began="", ended=ended, today=TODAY)


@pytest.fixture
def officer(make_user: Callable[..., Any]) -> Any:
    return make_user("place_name_officer", "440106")


@pytest.fixture
def put(road: Place, officer: Any) -> Callable[..., PlaceName]:
    def add(text: str = "天河大街", kind: str = "alias", **facts: Any) -> PlaceName:
        was = facts.pop("was_standard", False)
        return add_name(
            by=officer,
            place=road,
            kind=kind,
            facts=NameFacts(text=text, **facts),
            at=TODAY,
            was_standard=was,
            reason="见地名志",
        )

    return add


class TestAddName:
    @pytest.mark.parametrize(
        ("kind", "status"),
        [
            ("short", NameStatus.RECORDED),
            ("alias", NameStatus.RECORDED),
            ("former", NameStatus.HISTORIC),
            ("historic", NameStatus.HISTORIC),
            ("proposed", NameStatus.PROPOSED),
            ("abolished", NameStatus.ABOLISHED),
        ],
    )
    def test_every_kind_has_its_status_and_spelling(
        self, put: Callable[..., PlaceName], kind: str, status: str
    ) -> None:
        name = put(kind=kind, began="1958", ended="1984" if kind in PAST else "")
        assert (name.status, name.pinyin_plain) == (status, "Tianhe Dajie")
        assert name.search_pinyin == "tianhedajie"

    def test_keeps_dates_as_they_are_known(self, put: Callable[..., PlaceName]) -> None:
        name = put(began="约1920年", ended="1984")
        assert (name.began, name.ended) == ("1920~", "1984")
        assert name.period == DateRange(date(1920, 1, 1), date(1984, 1, 1))

    def test_a_former_name_is_found_today_and_was_standard_in_its_time(
        self, put: Callable[..., PlaceName], road: Place
    ) -> None:
        put("天河旧街", "former", began="1958", ended="1984-05-01", was_standard=True)
        for day, kind in ((TODAY, "former"), (date(1970, 1, 1), "standard")):
            assert search_names(text="天河旧街", at=day)[0].kind == kind
        standard = road.names.on(date(1970, 1, 1)).standard().get()
        assert (standard.text, standard.began, standard.ended) == ("天河旧街", "1958", "")

    def test_refuses_two_standard_names_a_day(
        self, put: Callable[..., PlaceName], road: Place
    ) -> None:
        with pytest.raises(CannotAddName, match="天河路"):
            put("天河旧街", "former", began="1958", ended="2024", was_standard=True)
        assert not road.names.filter(text="天河旧街").exists()

    def test_refuses_a_standard_name(self, put: Callable[..., PlaceName]) -> None:
        with pytest.raises(NotHere):
            put(kind="standard")

    def test_refuses_the_same_name_twice(self, put: Callable[..., PlaceName]) -> None:
        put(began="1958", ended="1984")
        put(began="1984", ended="1990")
        with pytest.raises(CannotAddName):
            put(began="1970")

    def test_refuses_the_standard_name_as_an_alias(self, put: Callable[..., PlaceName]) -> None:
        with pytest.raises(CannotAddName):
            put("天河路")

    @pytest.mark.parametrize("text", ["", "   ", "123", "天\u0007河", "天" * 101])
    def test_refuses_what_is_no_name(self, put: Callable[..., PlaceName], text: str) -> None:
        with pytest.raises(BadInput):
            put(text)

    def test_a_name_in_a_minority_language_keeps_its_spelling(
        self, put: Callable[..., PlaceName]
    ) -> None:
        name = put("", "ethnic", language="ug", script_text="ئۈرۈمچى", reading="Ürümqi")
        assert (name.text, name.pinyin_plain, name.reading_source) == (
            "ئۈرۈمچى",
            "Ürümqi",
            "spelling",
        )

    @pytest.mark.parametrize(
        "facts",
        [
            {"language": "zh", "script_text": "ئۈرۈمچى", "reading": "Ürümqi"},
            {"language": "ug", "script_text": "", "reading": "Ürümqi"},
            {"language": "ug", "script_text": "ئۈرۈمچى", "reading": ""},
            {"language": "Uyghur!", "script_text": "ئۈرۈمچى", "reading": "Ürümqi"},
            {"language": "ug", "script_text": "ئۈرۈمچى", "reading": "乌鲁木齐"},
        ],
    )
    def test_refuses_a_minority_name_without_its_facts(
        self, put: Callable[..., PlaceName], facts: dict[str, str]
    ) -> None:
        with pytest.raises(BadInput):
            put("乌鲁木齐", "ethnic", **facts)

    def test_writes_an_audit_line(self, put: Callable[..., PlaceName], officer: Any) -> None:
        put()
        entry = AuditEntry.objects.filter(user=officer).latest("pk")
        assert (entry.operation, entry.details["name"]) == ("add_name", "天河大街")

    def test_asks_for_the_role_and_the_jurisdiction(
        self, road: Place, make_user: Callable[..., Any]
    ) -> None:
        for role, code, refusal in (
            ("viewer", "440106", NotPermitted),
            ("place_name_officer", "440104", NotInScope),
        ):
            with pytest.raises(refusal):
                add_name(
                    by=make_user(role, code),
                    place=road,
                    kind="alias",
                    facts=NameFacts(text="天河大街"),
                    at=TODAY,
                )

    def test_refuses_a_name_in_use_of_a_place_that_is_no_more(
        self, put: Callable[..., PlaceName], road: Place
    ) -> None:
        Place.objects.filter(pk=road.pk).update(ended_on=date(2024, 1, 1))
        with pytest.raises(CannotAddName):
            put()
        put(ended="2023")
        put("天河旧街", "historic", ended="1900")


class TestChangeName:
    def test_corrects_and_keeps_the_former_state(
        self, put: Callable[..., PlaceName], officer: Any
    ) -> None:
        name = put(began="1958")
        facts = NameFacts(text="天河长街", began="1959", non_standard=True)
        correct_name(by=officer, name=name, facts=facts, at=TODAY, reason="核对档案")
        name.refresh_from_db()
        assert (name.text, name.status, name.began) == ("天河长街", "non_standard", "1959")
        assert name.events.latest("pgh_id").text == "天河大街"

    def test_ends(self, put: Callable[..., PlaceName], officer: Any) -> None:
        name = put(began="1958")
        end_name(by=officer, name=name, ended="2001年", reason="停用", at=TODAY)
        name.refresh_from_db()
        assert (name.period.upper, name.ended, name.began) == (date(2001, 1, 1), "2001", "1958")
        with pytest.raises(CannotAddName):
            end_name(by=officer, name=name, ended="2002", reason="停用", at=TODAY)

    def test_needs_a_reason(self, put: Callable[..., PlaceName], officer: Any) -> None:
        name = put()
        with pytest.raises(BadInput):
            end_name(by=officer, name=name, ended="2001", reason=" ", at=TODAY)
        with pytest.raises(BadInput):
            strike_name(by=officer, name=name, reason="")

    def test_standard_names_change_by_a_case(self, road: Place, officer: Any) -> None:
        name = road.names.standard().get()
        with pytest.raises(NotHere):
            strike_name(by=officer, name=name, reason="错误")
        with pytest.raises(NotHere):
            end_name(by=officer, name=name, ended="2024", reason="错误", at=TODAY)

    def test_strikes_off_what_never_was(self, put: Callable[..., PlaceName], officer: Any) -> None:
        name = put()
        strike_name(by=officer, name=name, reason="登记错误")
        assert not PlaceName.objects.filter(text="天河大街").exists()
        assert PlaceName.pgh_event_model.objects.filter(text="天河大街").exists()

    def test_does_not_strike_off_what_others_rest_on(
        self, put: Callable[..., PlaceName], officer: Any, road: Place
    ) -> None:
        name = put()
        NameRelation.objects.create(
            name=road.names.standard().get(), kind="derived_from", other=name
        )
        with pytest.raises(NameInUse):
            strike_name(by=officer, name=name, reason="登记错误")


class TestNamesOfPlace:
    def test_tells_what_holds_on_the_day_and_when_a_name_was_used(
        self, put: Callable[..., PlaceName], road: Place
    ) -> None:
        put("天河旧街", "former", began="1958", ended="1984-05-01")
        put("天河大街", "alias", began="1984", ended="1990")
        facts = {
            (fact.name.text, fact.name.kind): (fact.current, fact.began, fact.ended)
            for fact in names_of_place(place=road, at=TODAY)
        }
        assert facts["天河旧街", NameKind.FORMER] == (True, "1958", "1984-05-01")
        assert facts["天河大街", NameKind.ALIAS] == (False, "1984", "1990")
        assert facts["天河路", NameKind.STANDARD][0]


def frame() -> bytes:
    """One empty frame of MPEG-1 layer III, 128 kbit/s at 44.1 kHz."""
    return b"\xff\xfb\x90\x00" + b"\x00" * 413


SOUNDS = {
    "ogg": b"OggS\x00\x02" + b"\x00" * 22 + b"OpusHead" + b"\x00" * 40,
    "wav": b"RIFF" + struct.pack("<I", 44) + b"WAVEfmt " + b"\x00" * 20 + b"data\x00\x00\x00\x00",
    "m4a": b"\x00\x00\x00\x20ftypM4A " + b"\x00" * 40 + b"hdlr" + b"\x00" * 8 + b"soun",
    "mp3": frame() * 3,
}


class TestRecording:
    @pytest.mark.parametrize("suffix", SOUNDS)
    def test_is_told_by_its_content(self, suffix: str) -> None:
        upload = SimpleUploadedFile("anything.bin", SOUNDS[suffix])
        assert read_recording(upload)[1] == suffix

    def test_mp3_behind_a_tag(self) -> None:
        tag = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\x00" * 10
        assert read_recording(SimpleUploadedFile("a.mp3", tag + frame() * 2))[1] == "mp3"

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"MZ" + b"\x00" * 500,
            b"<html><script>alert(1)</script></html>",
            b"\xff\xfb\x90\x00" + b"\x00" * 20,
            b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\x00" * 400,
            b"OggS" + b"\x00" * 100,
            b"RIFF\x00\x00\x00\x00AVI LIST",
            b"\x00\x00\x00\x20ftypisom" + b"soun" + b"vide",
        ],
    )
    def test_refuses_what_is_no_sound(self, content: bytes) -> None:
        with pytest.raises(NotARecording):
            read_recording(SimpleUploadedFile("song.mp3", content))

    def test_refuses_what_is_too_large(self) -> None:
        with pytest.raises(RecordingTooLarge):
            read_recording(SimpleUploadedFile("a.wav", b"\x00" * (5 * 1024 * 1024 + 1)))

    def test_is_kept_with_its_name(self, road: Place, officer: Any, make_user: Any) -> None:
        name = road.names.standard().get()
        upload = SimpleUploadedFile("../evil.php", SOUNDS["ogg"])
        kept = keep_recording(by=officer, name=name, upload=upload)
        assert kept.audio.name.startswith("names/") and kept.audio.name.endswith(".ogg")
        drop_recording(by=officer, name=name, reason="读错")
        name.refresh_from_db()
        assert not name.audio
        with pytest.raises(NotPermitted):
            keep_recording(by=make_user("viewer", "440106"), name=name, upload=upload)
