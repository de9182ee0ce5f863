"""The report of a joint inspection (联检报告).

It is made of the content that both sides signed: nothing is looked up beside it but the photos, by
marker and hash, and the map.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from boundaries.domain.displacement import Verdict
from boundaries.exports.inspection_words import OFF_LINE, VERDICTS
from boundaries.exports.line_map import draw_line_map
from boundaries.exports.markers import condition_word, direction_word
from boundaries.exports.photos import picture_of
from boundaries.models import (
    Condition,
    Handling,
    Inspection,
    InspectionKind,
    MarkerPhoto,
    SectionState,
    Work,
)
from boundaries.queries.markers import markers, state_of
from common.documents import Block, Heading, OfficialDocument, Picture, PictureRow, Table
from common.models import bilingual

NONE = "—"


def report(
    *, inspection: Inspection, content: Mapping[str, Any], names: Mapping[str, str]
) -> OfficialDocument:
    """The report as a paper. ``names``: code → name of the sides. A draft until both signed."""
    blocks: list[Block] = [
        Table(rows=_head(content, names), widths=(1, 3)),
        Heading(_("Organisers and participants")),
        Table(
            headings=(pgettext("boundary", "Side"), _("Organised by"), _("Field group")),
            rows=[
                [names.get(code, code), side["organisers"] or NONE, side["people"] or NONE]
                for code, side in content["sides"].items()
            ],
            widths=(1, 2, 3),
        ),
        Heading(_("Map of the line and its markers")),
        Picture(
            _signed_map(inspection, content),
            _("Line %(code)s") % {"code": content["line"]},
            width_mm=150,
        ),
        Heading(_("Markers")),
        *_markers(content, names),
        *_witnesses(content, names),
        *_register(content),
        Heading(_("Sections, features and use across the line")),
        *_sections(content, names),
        Heading(_("Problems and their handling")),
        *_points(content, names),
        Heading(pgettext("report", "Suggestions")),
        content["suggestions"] or _("None."),
        Heading(_("Signatures of both sides")),
        _signatures(inspection, names),
        _("Signed content (SHA-256): %(hash)s")
        % {"hash": inspection.frozen_hash or _("not signed yet")},
    ]
    photos, gone = _photos(content, names)
    if photos or gone:
        blocks.append(Heading(_("Photos")))
    if photos:
        blocks.append(PictureRow(photos))
    if gone:
        blocks.append(
            _("Signed, but not in the store as they were signed: %(photos)s.")
            % {"photos": "、".join(gone)}
        )
    sides = zip(content["sides_named"], content["line"].split("-"), strict=True)
    a, b = (bilingual(named, names.get(code, "")) for named, code in sides)
    return OfficialDocument(
        title=_("Report on the joint inspection of the boundary line %(a)s–%(b)s")
        % {"a": a, "b": b},
        blocks=blocks,
        number=inspection.filed_document,
        addressee=inspection.filed_with,
        day=inspection.filed_on or inspection.inspected_on,
        mark="" if inspection.frozen_hash else _("Draft: not signed by both sides"),
        synthetic=bool(content["synthetic"]),
    )


def _head(content: Mapping[str, Any], names: Mapping[str, str]) -> list[list[str]]:
    return [
        [_("Line code"), content["line"]],
        [_("Length"), f"{content['length_m'] / 1000:,.2f} km"],
        [_("Kind"), str(InspectionKind(content["kind"]).label)],
        [_("Section and reason"), content["section"] or NONE],
        [_("Leads"), names.get(content["lead"], content["lead"])],
        [_("Period"), f"{content['begun_on']} – {content['inspected_on'] or NONE}"],
        [_("Last joint inspection"), content["last_on"] or _("unknown")],
        [_("Basis documents"), content["basis"] or NONE],
    ]


def _markers(content: Mapping[str, Any], names: Mapping[str, str]) -> Iterable[Block]:
    rows, seen = [], set()
    for code, side in content["sides"].items():
        for visit in side["visits"]:
            seen.add(visit["marker"])
            rows.append(
                [
                    visit["marker"],
                    visit["visited_on"],
                    names.get(code, code),
                    _found(visit),
                    _measured(visit),
                    str(Work(visit["work"]).label) if visit["work"] else NONE,
                    " ".join(part for part in (visit["people"], visit["note"]) if part) or NONE,
                ]
            )
    if rows:
        yield Table(
            headings=(
                _("Number"), _("Day"), _("Recorded by"), pgettext("marker", "Found"), _("Measured"),
                _("Work done"), _("Who was present, remarks"),
            ),
            rows=sorted(rows),
            widths=(3, 2, 2, 1.5, 3, 2, 3),
        )  # fmt: skip
    left = [number for number in content["markers"] if number not in seen]
    if left:
        yield _("Not visited: %(numbers)s.") % {"numbers": "、".join(left)}
    elif not rows:
        yield _("No marker of this line is on record.")


def _found(visit: Mapping[str, Any]) -> str:
    """How the marker was, and whether its faces could be read."""
    faces = {
        True: _("faces legible"), False: _("faces not legible"), None: _("faces not judged")
    }[visit["legible"]]  # fmt: skip
    return f"{condition_word(visit['condition'])}; {faces}"


def _witnesses(content: Mapping[str, Any], names: Mapping[str, str]) -> Iterable[Block]:
    """Witness objects as measured, beside what the register said then."""
    registered = content.get("witnesses", {})
    rows = []
    for code, side in content["sides"].items():
        for visit in side["visits"]:
            known = registered.get(visit["marker"], ())
            for each in visit["witnesses"]:
                # Of several objects of one name the one at about that distance is meant.
                same = [told for what, *told in known if what == each["what"]]
                there = min(same, key=lambda told: abs(told[0] - each["distance_m"]), default=None)
                rows.append(
                    [
                        visit["marker"],
                        names.get(code, code),
                        each["what"],
                        _spot(each["distance_m"], each["azimuth"]),
                        _spot(*there) if there else _("not in the register"),
                    ]
                )
    if rows:
        yield Heading(_("Witness objects"))
        yield Table(
            headings=(
                _("Number"), _("Recorded by"), _("Object"), _("Measured"), _("In the register"),
            ),
            rows=sorted(rows),
            widths=(3, 2, 3, 2, 2),
        )  # fmt: skip


def _spot(distance_m: float, azimuth: float | None) -> str:
    told = f"{distance_m:g} m"
    return told if azimuth is None else f"{told} {azimuth:g}°"


def _register(content: Mapping[str, Any]) -> Iterable[Block]:
    """Where each marker was registered when both signed."""
    rows = [
        [number, f"{lon:.7f}", f"{lat:.7f}", NONE if accuracy is None else f"{accuracy:g}"]
        for number, (lon, lat, accuracy) in content.get("positions", {}).items()
    ]
    if rows:
        yield Heading(_("Positions in the register (CGCS2000)"))
        yield Table(
            headings=(_("Number"), _("Longitude"), _("Latitude"), _("Accuracy (m)")),
            rows=rows,
            widths=(3, 2, 2, 1.5),
        )


def _measured(visit: Mapping[str, Any]) -> str:
    """How far it stood from where it is registered, and from the agreed line."""
    told = []
    if found := visit.get("displacement"):
        word, _state = VERDICTS[Verdict(found["verdict"])]
        told.append(
            "{}: {:.2f} m {}, ±{:.2f} m".format(
                word, found["metres"], direction_word(found["azimuth"]), found["sigma_m"]
            )
        )
    if (off := visit.get("off_line")) and off["verdict"] != Verdict.IN_PLACE:
        word, _state = OFF_LINE[Verdict(off["verdict"])]
        told.append("{}: {:.2f} m, ±{:.2f} m".format(word, off["metres"], off["sigma_m"]))
    return "; ".join(told) or NONE


def _sections(content: Mapping[str, Any], names: Mapping[str, str]) -> Iterable[Block]:
    rows = [
        [
            names.get(code, code),
            f"{each['from']} – {each['to']}",
            each["walked_on"],
            str(SectionState(each["state"]).label),
            each["features"] or NONE,
            each["crossing"] or NONE,
            each["note"] or NONE,
        ]
        for code, side in content["sides"].items()
        for each in side["sections"]
    ]
    if not rows:
        yield _("None is recorded.")
        return
    yield Table(
        headings=(
            pgettext("boundary", "Side"), _("Section"), _("Walked on"), _("State"),
            _("Features followed"),
            _("Use across the line"), _("Remarks"),
        ),
        rows=rows,
        widths=(1.5, 2, 2, 2, 3, 3, 2),
    )  # fmt: skip


def _points(content: Mapping[str, Any], names: Mapping[str, str]) -> Iterable[Block]:
    rows = [
        [
            each["about"],
            each["what"],
            f"{names.get(each['raised_by'], each['raised_by'])} {each['raised_on']}",
            str(Handling(each["handling"]).label),
            f"{each['closed_on']} {each['outcome']}".strip() or _("open"),
        ]
        for each in content["points"]
    ]
    if not rows:
        yield _("None.")
        return
    yield Table(
        headings=(
            _("Marker or section"), _("What is wrong"), _("Raised by"), _("Handling"), _("Settled"),
        ),
        rows=rows,
        widths=(2, 4, 2, 2, 3),
    )  # fmt: skip


def _signatures(inspection: Inspection, names: Mapping[str, str]) -> Table:
    return Table(
        headings=(pgettext("boundary", "Side"), _("Signed by"), _("Day"), _("Seal")),
        rows=[
            [
                names.get(side.code, side.code),
                str(side.signed_by or NONE),
                timezone.localdate(side.signed_at).isoformat() if side.signed_at else NONE,
                "",
            ]
            for side in inspection.sides.all()
        ],
        widths=(2, 2, 2, 2),
    )


def _photos(
    content: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[list[Picture], list[str]]:
    """The photos of the visits in small, each with its marker; and those that are not there.

    A photo is the one that was signed by its marker and its hash: the file is hashed again.
    """
    told = {
        (visit["marker"], sha256)
        for side in content["sides"].values()
        for visit in side["visits"]
        for sha256 in visit["photos"]
    }
    numbers, hashes = {number for number, _sha in told}, {sha for _number, sha in told}
    rows = MarkerPhoto.objects.filter(marker__number__in=numbers, sha256__in=hashes)
    found: dict[tuple[str, str], Picture] = {}
    for photo in rows.select_related("marker").order_by("marker__serial", "face", "pk"):
        key = (photo.marker.number, photo.sha256)
        if key not in told or key in found:
            continue
        parts = [photo.marker.number, names.get(photo.face, "")]
        if photo.taken_at:
            parts.append(timezone.localdate(photo.taken_at).isoformat())
        if picture := picture_of(photo, " ".join(filter(None, parts))):
            found[key] = picture
    gone = [f"{number} ({sha256[:12]})" for number, sha256 in sorted(told - found.keys())]
    return list(found.values()), gone


def _signed_map(inspection: Inspection, content: Mapping[str, Any]) -> bytes:
    """The map with the markers as they stand in the content: where registered, how found.

    A register or a visit that changes later does not change the paper.
    """
    found: dict[str, str] = {}
    every = [visit for side in content["sides"].values() for visit in side["visits"]]
    for visit in sorted(every, key=lambda each: each["visited_on"]):
        found[visit["marker"]] = Condition.INTACT if visit["work"] else visit["condition"]
    spots = [
        (lon, lat, _serial(number), state_of(found.get(number)))
        for number, (lon, lat, _accuracy) in content.get("positions", {}).items()
    ]
    return draw_line_map(shapely.from_wkb(bytes(inspection.line.geometry.wkb)), spots)


def _serial(number: str) -> int:
    """The three digits before the post, however the number begins."""
    return int("".join(filter(str.isdigit, number))[-3:] or 0)


def map_of(inspection: Inspection) -> bytes:
    day = inspection.inspected_on or inspection.begun_on
    spots = [
        (row.location.x, row.location.y, row.serial, state_of(row.found))  # type: ignore[attr-defined]
        for row in markers(at=day, line=inspection.line_code)
    ]
    return draw_line_map(shapely.from_wkb(bytes(inspection.line.geometry.wkb)), spots)
