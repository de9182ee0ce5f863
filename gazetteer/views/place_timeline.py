"""The history of a place as a picture: names as bars by kind, events as marks, and as a list."""

from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from common.timeline import Scale, bar_of, scale_of
from gazetteer.models import NameKind, NameStatus, PlaceName
from gazetteer.queries.place_history import PlaceEvent

MARKS = {
    "name_begins": "ok",
    "name_ends": "unknown",
    "case": "due",
    "act": "check",
    "ended": "wrong",
    "merged": "unknown",
}


def timeline(
    *, names: list[PlaceName], events: list[PlaceEvent], day: date, today: date
) -> dict[str, Any]:
    """Lanes, marks and years of the picture, and the events that the list says."""
    periods = [(name.period.lower, name.period.upper) for name in names]
    scale = scale_of([*periods, *((event.on, None) for event in events)], days=(day, today))
    # A name that begins or ends is seen from its bar.
    marked = [event for event in events if not event.kind.startswith("name_")]
    shown = [_event(event, day) for event in events]
    return {
        "lanes": _lanes(names, scale, day),
        "marks": [{**_event(event, day), "x": scale.at(event.on)} for event in marked],
        "ticks": scale.ticks(),
        "day_at": scale.at(day),
        "events": [event for event in shown if not event["later"]],
        "later": [event for event in shown if event["later"]],
    }


def _lanes(names: list[PlaceName], scale: Scale, day: date) -> list[dict[str, Any]]:
    """One lane for each kind of name that the place has, more where periods overlap."""
    lanes: list[dict[str, Any]] = []
    for kind in NameKind:
        rows: list[list[PlaceName]] = []
        for name in (each for each in names if each.kind == kind):
            fit = next((row for row in rows if _free(row, name)), None)
            if fit is None:
                rows.append([name])
            else:
                fit.append(name)
        for number, row in enumerate(rows):
            label = NameKind(kind).label if number == 0 else ""
            lanes.append({"label": label, "bars": [_bar(name, scale, day) for name in row]})
    return lanes


def _free(row: list[PlaceName], name: PlaceName) -> bool:
    lower, upper = name.period.lower, name.period.upper
    return all(
        (each.period.upper is not None and lower is not None and each.period.upper <= lower)
        or (upper is not None and each.period.lower is not None and upper <= each.period.lower)
        for each in row
    )


def _bar(name: PlaceName, scale: Scale, day: date) -> dict[str, Any]:
    lower, upper = name.period.lower, name.period.upper
    bar = bar_of((lower, upper), scale)
    standard = name.kind == NameKind.STANDARD and name.status == NameStatus.STANDARD
    if lower is not None and lower > day:
        look = "later"
    elif upper is not None and upper <= day:
        look = "over"
    else:
        look = "standard" if standard else "other"
    return {
        "name": name,
        "bar": bar,
        "look": look,
        "said": f"{name.text} · {period_words(name)}",
        # Where the characters have room inside their bar; else they stand beside it.
        "fits": bar.width >= 2.4 * len(name.text),
        "beside": bar.start + bar.width if bar.start < 70 else bar.start,
        "before": bar.start >= 70,
    }


def _event(event: PlaceEvent, day: date) -> dict[str, Any]:
    title, text, url = _words(event)
    return {
        "on": event.on,
        "title": title,
        "text": text,
        "state": MARKS[event.kind],
        "url": url,
        "later": event.on > day,
    }


def _words(event: PlaceEvent) -> tuple[str, str, str]:
    about = event.about
    if event.kind in ("name_begins", "name_ends"):
        title = _("“%(name)s” begins") if event.kind == "name_begins" else _("“%(name)s” ends")
        kinds = f"{about.get_kind_display()} · {about.get_status_display()}"
        proof = " ".join(part for part in (about.approved_by, about.document) if part)
        said = proof if event.kind == "name_begins" else ""
        return title % {"name": about.text}, " · ".join(filter(None, (kinds, said))), ""
    if event.kind == "case":
        title = f"{about.get_kind_display()} {about.number}: {event.text}"
        return title, about.title, address("gazetteer:case", about.pk)
    if event.kind == "act":
        said = " · ".join(part for part in (event.who, event.text) if part)
        return act_word(about.operation), said, ""
    if event.kind == "merged":
        return (
            _("Merged into another place"),
            "",
            reverse("gazetteer:place", args=[about.merged_into_id]),
        )
    return _("The place is no more"), "", ""


def act_word(operation: str) -> str:
    """What an operation of the audit log did to a place."""
    return {
        "create_place": _("Registered"),
        "edit_place": _("Record corrected"),
        "edit_name": _("Name corrected"),
        "add_name": _("Name added"),
        "correct_name": _("Name corrected"),
        "end_name": _("Name ended"),
        "strike_name": _("Name struck out"),
        "relate_names": _("Names related"),
        "strike_name_relation": _("Relation of names struck out"),
        "relate_places": _("Places related"),
        "end_place_relation": _("Relation of places ended"),
        "strike_place_relation": _("Relation of places struck out"),
        "give_code": _("Place-name code given"),
        "end_code": _("Place-name code ended"),
        "merge_places": _("Merged with another place"),
        "undo_merge": _("Merge undone"),
        "end_place": _("Ended"),
        "keep_recording": _("Recording added"),
        "drop_recording": _("Recording removed"),
        "override_finding": _("Finding overridden"),
        "withdraw_override": _("Override withdrawn"),
        "decide_suggestion": _("Suggestion decided"),
        "suggest": _("Correction suggested"),
        "protect_name": _("Put on a list of protected names"),
        "name_takes_effect": _("Name took effect"),
        "recheck_signs_of_name": _("Signs checked again"),
    }.get(operation, _("Record changed"))


def address(name: str, *args: Any) -> str:
    """The address of a page that an installation may not have, "" without it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def period_words(name: PlaceName) -> str:
    """From when to when, as far as it is known."""
    lower, upper = name.period.lower, name.period.upper
    start = name.began or (lower.isoformat() if lower else "")
    return between(start, name.ended or (upper.isoformat() if upper else ""))


def between(start: str, end: str) -> str:
    if start and end:
        return _("from %(start)s until %(end)s") % {"start": start, "end": end}
    if start:
        # The first day of the records, not always of the name itself.
        return _("from %(start)s") % {"start": start}
    return _("until %(end)s") % {"end": end} if end else _("always")
