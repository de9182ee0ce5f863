"""Remarks on rows of signs and on their photos: what is wrong, and what helps."""

from django.utils.translation import gettext_lazy as _

from common.imports.cells import CELLS
from common.registries import RemarkText

REMARKS: dict[str, RemarkText] = {
    **CELLS,
    "no_position": RemarkText(
        "fault",
        _("The sign has no position."),
        _("Give longitude and latitude of where it stands: a sign is found again by its site."),
    ),
    "not_a_point": RemarkText(
        "fault", _("The position is a line or an area."), _("A sign stands at one point.")
    ),
    "unknown_class": RemarkText(
        "fault",
        _("“%(text)s” is not a class of the sign standard."),
        _("Meant is perhaps “%(near)s”."),
    ),
    "bad_face": RemarkText(
        "fault",
        _("The face of the sign cannot be read: %(why)s."),
        _("Leave the cell empty and fill characters, pinyin, colour and size instead."),
    ),
    "duplicate": RemarkText(
        "fault",
        _("The same sign number is in row %(row)s already."),
        _("Give every sign its own number, or delete one of the two rows."),
    ),
    "number_taken": RemarkText(
        "fault",
        _("A sign with the number %(number)s is on record already."),
        _("Give the sign another number."),
    ),
    "outside": RemarkText(
        "fault",
        _("The sign stands in %(code)s, outside the jurisdiction of this import."),
        _("Leave the row to the bureau that is responsible, or choose another jurisdiction."),
    ),
    "nowhere": RemarkText(
        "fault",
        _("No division is known where the sign stands."),
        _("Check the position and the declared datum."),
    ),
    "on_record": RemarkText(
        "conflict",
        _("A sign with this number is on record and differs: %(fields)s."),
        _("Correct it on the page of the sign, and leave the row out."),
    ),
    "unknown_place": RemarkText(
        "fault",
        _("No place in the city has the standard name “%(name)s” on the day of the import."),
        _("Correct the name, or leave the cell empty where it is unknown."),
    ),
    "no_place": RemarkText(
        "note", _("Which place the sign is for is not told: rules about its name stay unknown.")
    ),
    "other_script": RemarkText(
        "warning",
        _("The characters hold “%(text)s”, which is no Chinese character, letter or digit."),
        _("The sign is imported as it reads; compare it with its photo."),
    ),
    "not_pinyin": RemarkText(
        "warning",
        _("The spelling holds “%(text)s”, which is no Latin letter."),
        _("The sign is imported as it reads; perhaps two columns are exchanged."),
    ),
    "photo_missing": RemarkText(
        "fault",
        _("The photo “%(name)s” is not in the ZIP."),
        _("Pack table and photos into one ZIP, and write the file name as it is there."),
    ),
    "photo_unreadable": RemarkText(
        "fault",
        _("“%(name)s” cannot be read as a picture."),
        _("Send a JPEG, PNG or WebP photo."),
    ),
    "photo_large": RemarkText(
        "fault",
        _("“%(name)s” is too large: a photo may have at most 15 MB and 40 megapixels."),
        _("Save it smaller, 12 megapixels are plenty."),
    ),
    "photo_twice": RemarkText(
        "warning",
        _("The photo “%(name)s” is that of row %(row)s too."),
        _("One photo shows one sign, as a rule."),
    ),
    "photo_year": RemarkText(
        "warning",
        _("“%(name)s” says that it was taken in %(year)s, the import is for %(wanted)s."),
        _("Perhaps the clock of the camera was wrong: the photo is kept with the time it names."),
    ),
    "photo_before": RemarkText(
        "warning",
        _("“%(name)s” was taken on %(day)s, before the sign was set up."),
        _("Compare the photo with the day of installation."),
    ),
    "photo_far": RemarkText(
        "warning",
        _("“%(name)s” was taken %(distance)s m from the sign."),
        _("Perhaps it shows another sign: compare the picture and the position."),
    ),
    "photos_left": RemarkText(
        "warning",
        _("Photos in the ZIP that no row names (%(count)s): %(names)s."),
        _("Name them in the rows of their signs, or leave them out."),
    ),
}
