"""Published lists followed: ends whose heir the records call by a later name."""

from datetime import date

from boundaries.domain.code_lists import Act, CodeList, History, Row, trace

CITY = {"110000": "甲省", "110100": "甲市"}
LISTS = [
    CodeList(date(1990, 1, 1), {**CITY, "110121": "丙县", "110122": "丁县"}),
    CodeList(date(1991, 1, 1), {**CITY, "110181": "戊城市"}),
    CodeList(date(2000, 1, 1), {**CITY, "110105": "戊城区"}),
]


def told(history: History) -> list[tuple[str, list[tuple[str, str]]]]:
    names = [span.name for span in history.spans]
    return [
        (
            step.kind,
            [
                ("" if old is None else names[old], "" if new is None else names[new])
                for old, new, _ in step.changes
            ],
        )
        for step in history.steps
    ]


def end(key: int, code: str, name: str) -> Act:
    return Act(key, 1991, "other", Row(code, name), Row("110105", "戊城区"))


def test_one_that_ended_has_the_heir_that_began_on_its_day() -> None:
    one = [CodeList(x.day, {k: v for k, v in x.rows.items() if v != "丁县"}) for x in LISTS]
    history = trace(one, [end(1, "110121", "丙县")])
    assert told(history)[0] == ("upgrade", [("丙县", "戊城市")])
    assert history.steps[0].acts == (1,) and history.steps[0].changes[0][2] == 1


def test_several_are_merged() -> None:
    history = trace(LISTS, [end(1, "110121", "丙县"), end(2, "110122", "丁县")])
    assert told(history)[0] == ("merge", [("丙县", "戊城市"), ("丁县", "戊城市")])
    assert [kind for kind, _ in told(history)] == ["merge", "upgrade"]


def test_without_a_record_no_heir_is_guessed() -> None:
    kinds = [kind for kind, _ in told(trace(LISTS, [end(1, "110121", "丙县")]))]
    assert sorted(kinds) == ["abolish", "upgrade", "upgrade"]


def test_one_that_stood_before_is_no_heir_by_a_later_name() -> None:
    """The record may mean what became of it afterwards."""
    before = {**LISTS[0].rows, "110181": "戊城市"}
    history = trace([CodeList(LISTS[0].day, before), *LISTS[1:]], [end(1, "110121", "丙县")])
    assert ("abolish", [("丙县", "")]) in told(history)
