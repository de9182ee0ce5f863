"""The words of the adjustment pages."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from boundaries.domain.adjustments import Act, Approver
from boundaries.models import MATERIAL_LABELS, AdjustmentState, Level
from boundaries.queries.touched import touched_tables

MARKS = {
    AdjustmentState.DRAFT: "unknown",
    AdjustmentState.SUBMITTED: "due",
    AdjustmentState.RETURNED: "check",
    AdjustmentState.APPROVED: "due",
    AdjustmentState.IN_FORCE: "ok",
    AdjustmentState.UNDONE: "wrong",
    AdjustmentState.WITHDRAWN: "unknown",
}


def state_mark(state: str | None) -> str:
    return MARKS[AdjustmentState(state)] if state else "unknown"


def state_word(state: str | None) -> str:
    return str(AdjustmentState(state).label) if state else _("not drawn up yet on this day")


def level_word(level: int) -> str:
    return str(Level(level).label)


def act_words() -> list[tuple[str, str]]:
    """Kinds of change, those most drawn first."""
    return [
        (Act.MERGE, pgettext("change", "join units")),
        (Act.SPLIT, pgettext("change", "split off a part as a new unit")),
        (Act.TRANSFER, pgettext("change", "give units, or a part, to another")),
        (Act.BOUNDARY, pgettext("change", "move the edge between two")),
        (Act.UPGRADE, pgettext("change", "change the kind (county to district)")),
        (Act.RENAME, pgettext("change", "rename")),
        (Act.RECODE, pgettext("change", "new code")),
        (Act.SEAT, pgettext("change", "move the seat")),
        (Act.AFFILIATION, pgettext("change", "change the affiliation")),
        (Act.ESTABLISH, pgettext("change", "establish")),
        (Act.ABOLISH, pgettext("change", "dissolve")),
        (Act.STREET_ORGAN, pgettext("change", "street organ")),
    ]


def relation_words() -> dict[str, str]:
    return {
        "begun": pgettext("division", "new"),
        "ended": pgettext("division", "ends"),
        "changed": pgettext("division", "goes on changed"),
        "all": pgettext("division", "goes over whole"),
        "part": pgettext("division", "a part"),
    }


def material_words() -> dict[str, str]:
    return {key: str(label) for key, label in MATERIAL_LABELS.items()}


def effect_words() -> dict[str, str]:
    """What taking effect writes (:class:`~boundaries.models.AdjustmentEffect`), key by key."""
    return {
        **{table.key: str(table.label) for table in touched_tables()},
        "divisions": _("Divisions that begin"),
        "versions": _("States of divisions that begin"),
        "versions_closed": _("States of divisions that end"),
        "codes": _("Division codes entered"),
        "codes_closed": _("Division codes that end"),
        "events": _("Events of divisions"),
        "shapes": _("Shapes with a vertex more"),
        "lines": _("Boundary lines that begin"),
        "lines_ended": _("Boundary lines that end"),
        "agreements_ended": _("Boundary agreements that end"),
        "markers": _("Boundary markers"),
        "place_codes": _("Place-name codes"),
        "grants": _("Roles that begin"),
        "grants_ended": _("Roles that end"),
        "grants_moved": _("Roles to come that go over"),
    }


def approver_words(approver: Approver) -> str:
    bodies = {
        "npc": _("National People's Congress"),
        "state_council": _("State Council"),
        "province": _("province"),
        "establishing_government": _("the government that set up the organ"),
    }
    told = _("%(body)s (Art %(article)s)") % {
        "body": bodies[approver.body],
        "article": approver.article,
    }
    if approver.filed_with:
        told += _(", filed with the %(body)s") % {"body": bodies[approver.filed_with]}
    return told


def draw_texts() -> dict[str, str]:
    """The words of the drawing (static/js/draw.js)."""
    return {
        "point": _("Point"),
        "line": pgettext("drawing", "Line"),
        "area": pgettext("drawing", "Area"),
        "move": _("Move vertices"),
        "undo": _("Undo"),
        "clear": _("Clear"),
        "howPoint": _("Click the side that goes over."),
        "howLine": _("Click the vertices; click the last one again, or press Enter, to finish."),
        "howArea": _("Click the corners; click the first one again, or press Enter, to finish."),
        "howMove": _("Click the shape, then drag its vertices; a dot between two adds one."),
        "crossing": _("The outline may not cross itself."),
        "vertices": _("vertices"),
        "kept": _("This shape cannot be changed on the map: edit it as WKT."),
        "noList": _("The list of changes cannot be read: correct it first."),
        "needsUnits": _("Give the units by their codes, or click them on the map."),
        "remove": pgettext("change", "remove"),
    }
