"""The workspace of place names: list, filters, map."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.domain.roles import Capability
from common.errors import BadInput
from common.filters import read_code
from common.list_layouts import ListColumn, ListLayout
from common.registries import area_bounds
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from gazetteer.domain.classes import place_classes
from gazetteer.models import LegalCategory, NameKind, NameStatus
from gazetteer.queries.divisions import (
    NamedCode,
    division_chains,
    division_choices,
    path_text,
)
from gazetteer.queries.name_filters import ANY, NO, YES
from gazetteer.queries.places import (
    BY_PINYIN,
    LATEST,
    PlacePage,
    PlaceRow,
    count_places,
    current_codes,
    name_counts,
    places,
)
from gazetteer.views.classes import class_choices, class_title
from gazetteer.views.wording import READING_WORDS

PAGE = 50
LIST = "gazetteer:places"
# Filter → its name in the address, where that is another.
PARAMETERS = {"class_code": "class", "text": "q"}
CHOICES: dict[str, tuple[str, ...]] = {
    "category": tuple(LegalCategory.values),
    "reading": ("check",),
    "kind": (ANY, *NameKind.values),
    "status": tuple(NameStatus.values),
    "geometry": (YES, NO),
    "synthetic": (YES, NO),
}
LAYOUT = ListLayout(
    columns=[
        ListColumn("place", gettext_lazy("Category and place"), usual=True),
        ListColumn("code", gettext_lazy("Place-name code"), lambda row: row["code"]),
        ListColumn(
            "class",
            gettext_lazy("Class (GB/T 18521)"),
            lambda row: f"{row['place'].class_code} {row['class']}".strip(),
        ),
        ListColumn(
            "division", gettext_lazy("Division code"), lambda row: row["place"].division_code
        ),
        ListColumn(
            "kind", gettext_lazy("Kind of name"), lambda row: NameKind(row["place"].kind).label
        ),
        ListColumn(
            "status", gettext_lazy("Status"), lambda row: NameStatus(row["place"].status).label
        ),
        ListColumn("position", gettext_lazy("Longitude, latitude"), lambda row: row["position"]),
    ],
    orders=[
        (BY_PINYIN, gettext_lazy("by pinyin")),
        (LATEST, gettext_lazy("latest recorded first")),
    ],
)


@keeps_filters
@has_layout(LAYOUT)
def places_list(request: Any) -> HttpResponse:
    asked = request.GET
    filters = list_filters(asked)
    within, reading = filters["within"], filters["reading"]
    page = places(
        at=request.day,
        **filters,
        after=_page_key(asked.get("after", "")),
        before=_page_key(asked.get("before", "")),
        limit=PAGE,
        order=request.list_layout.order,
    )
    found = count_places(at=request.day, **filters)
    counts = name_counts(at=request.day, within=within)
    chains = division_chains(codes=[row.division_code for row in page.rows], at=request.day)
    areas = division_choices(home=settings.HOME_JURISDICTION, at=request.day)
    codes: dict[str, str] = {}
    if "code" in request.list_layout.shown:
        codes = current_codes(places=[row.key for row in page.rows], at=request.day)
    values = {
        "rows": [_shown(row, chains, codes) for row in page.rows],
        "pager": _pager(asked, page, found),
        "counts": counts,
        "categories": [
            (key, label, counts.by_category.get(key, 0)) for key, label in LegalCategory.choices
        ],
        "areas": areas,
        "classes": class_choices(),
        "more": _more_filters(filters),
        "asked": {**filters, "q": filters["text"]},
        "used": _used(asked, filters, areas),
        "bounds": area_bounds(within, at=request.day),
        "cleared_url": f"{reverse(LIST)}?within={settings.HOME_JURISDICTION}",
        "check_url": _address(asked, reading="" if reading else "check"),
        "may_register": request.user.may(Capability.EDIT_NAME),
    }
    return render(request, "gazetteer/place_list.html", values)


def list_filters(asked: QueryDict) -> dict[str, str]:
    """The filters of the list out of its address; raises BadInput for what is none."""
    found = {key: asked.get(PARAMETERS.get(key, key), "") for key in CHOICES}
    if any(found[key] not in ("", *choices) for key, choices in CHOICES.items()):
        raise BadInput("The list has no such filter.")
    within = read_code(asked.get("within", settings.HOME_JURISDICTION))
    code = asked.get("class", "").strip()
    if code and code not in place_classes():
        raise BadInput("“%(code)s” is no class of GB/T 18521.", code=code[:20])
    text = asked.get("q", "").strip()[:80]
    return {"within": within, "text": text, "class_code": code, **found}


def _more_filters(filters: dict[str, str]) -> list[dict[str, Any]]:
    """The further selects of the form: name, label, choices, the chosen one."""
    return [
        {"name": key, "label": label, "choices": choices, "chosen": filters[key]}
        for key, label, choices in _selects()
    ]


def _selects() -> list[tuple[str, str, list[tuple[str, Any]]]]:
    return [
        (
            "kind",
            _("Kind of name"),
            [("", _("standard names")), (ANY, _("names of every kind")), *NameKind.choices[1:]],
        ),
        ("status", _("Status"), [("", _("every status")), *NameStatus.choices]),
        (
            "geometry",
            _("Position"),
            [
                ("", _("with and without position")),
                (YES, _("with position")),
                (NO, _("without position")),
            ],
        ),
        (
            "synthetic",
            _("Synthetic"),
            [("", _("synthetic or not")), (YES, _("synthetic")), (NO, _("not synthetic"))],
        ),
    ]


def _used(
    asked: QueryDict, filters: dict[str, str], areas: list[NamedCode]
) -> list[dict[str, Any]]:
    """What is filtered, as chips: each says what, and leads to the list without it."""
    words: dict[str, str] = {}
    if filters["text"]:
        words["q"] = f"“{filters['text']}”"
    if filters["category"]:
        words["category"] = str(LegalCategory(filters["category"]).label)
    if filters["class_code"]:
        words["class"] = f"{filters['class_code']} {class_title(filters['class_code'])}"
    for key, _label, choices in _selects():
        if filters[key]:
            words[key] = str(dict(choices).get(filters[key], NameKind.STANDARD.label))
    chips = [{"text": text, "url": _address(asked, **{key: ""})} for key, text in words.items()]
    if filters["within"] != settings.HOME_JURISDICTION:
        named = {area.code: area.shown for area in areas}
        where = named.get(filters["within"], filters["within"]) or _("the whole country")
        chips.append({"text": where, "url": _address(asked, within=settings.HOME_JURISDICTION)})
    return chips


def _page_key(key: str) -> str:
    """A key as the pager writes it (letters~id), or an error that says so."""
    letters, separator, number = key.rpartition("~")
    if key and not (separator and number.isascii() and number.isdigit() and len(letters) <= 300):
        raise BadInput("The address names no page of this list.")
    return key


def _shown(
    row: PlaceRow, chains: dict[str, list[NamedCode]], codes: dict[str, str]
) -> dict[str, Any]:
    state = {"provisional": "check", "unknown": "unknown"}.get(row.reading_source, "ok")
    text = READING_WORDS[state]
    if (row.kind, row.status) != (NameKind.STANDARD, NameStatus.STANDARD):
        standard = row.kind == NameKind.STANDARD
        state = "unknown"
        text = NameStatus(row.status).label if standard else NameKind(row.kind).label
    itself = row.division_code if row.is_division else ""
    return {
        "place": row,
        "where": path_text(chains[row.division_code], without=itself),
        "category": LegalCategory(row.category).label,
        "class": class_title(row.class_code),
        "code": codes.get(row.key, ""),
        "position": "" if row.lon is None else f"{row.lon:.6f}, {row.lat:.6f}",
        "state": state,
        "state_text": text,
    }


def _address(asked: QueryDict, **changed: str) -> str:
    """The list's own address with some filters changed, from its first page again."""
    kept = {key: value for key, value in asked.items() if key not in ("after", "before")}
    query = urlencode(
        {key: value for key, value in {**kept, **changed}.items() if value or key == "within"}
    )
    return reverse("gazetteer:places") + (f"?{query}" if query else "")


def _pager(asked: QueryDict, page: PlacePage, found: int) -> dict[str, str]:
    return {
        "count_text": ngettext("%(count)d name", "%(count)d names", found) % {"count": found},
        "next_url": _address(asked, after=page.after) if page.after else "",
        "previous_url": _address(asked, before=page.before) if page.before else "",
    }
