"""Remarks on rows of place names: what is wrong, and what helps."""

from django.utils.translation import gettext_lazy as _

from common.registries import RemarkText

REMARKS: dict[str, RemarkText] = {
    "missing": RemarkText(
        "fault", _("%(field)s is missing."), _("Fill the cell; a new place needs it.")
    ),
    "not_hanzi": RemarkText(
        "fault",
        _("“%(character)s” in the name is not a Chinese character."),
        _(
            "A standard name is written in standard characters (Regulation on Place Names, "
            "Art 9 (3)); spaces, Latin letters and English generics go."
        ),
    ),
    "unknown_category": RemarkText(
        "fault", _("“%(text)s” is no category of the law."), _("Meant is perhaps “%(near)s”.")
    ),
    "unknown_kind": RemarkText(
        "fault", _("“%(text)s” is no kind of name."), _("Meant is perhaps “%(near)s”.")
    ),
    "not_code": RemarkText(
        "fault",
        _("“%(text)s” is not a division code."),
        _("Write 6, 9 or 12 digits, for example 440106."),
    ),
    "division_by_name": RemarkText(
        "fault",
        _("“%(text)s” is the name of a division, not its code."),
        _("Write %(code)s."),
    ),
    "unknown_division": RemarkText(
        "fault",
        _("The division code %(code)s is not known."),
        _("Look it up under Divisions; perhaps digits are missing or swapped."),
    ),
    "division_not_then": RemarkText(
        "fault",
        _("The division %(code)s is not in force on %(day)s."),
        _("Use the code of the division that followed it, or check for another day."),
    ),
    "outside": RemarkText(
        "fault",
        _("%(code)s lies outside the jurisdiction of this import."),
        _("Leave the row to the bureau that is responsible, or choose another jurisdiction."),
    ),
    "bad_date": RemarkText(
        "fault",
        _("%(field)s: “%(text)s” is not a date."),
        _("Write 1958-03-01, 1958-03, 1958, 195X, 1958~ (about) or before 1949."),
    ),
    "bad_day": RemarkText(
        "fault", _("%(field)s: “%(text)s” is not a day."), _("Write YYYY-MM-DD.")
    ),
    "ended_before_began": RemarkText(
        "fault", _("The name ends before it begins."), _("Compare both dates with the document.")
    ),
    "bad_flag": RemarkText(
        "fault", _("%(field)s: “%(text)s” is neither yes nor no."), _("Write yes or no.")
    ),
    "code_as_number": RemarkText(
        "fault",
        _("%(field)s was kept as a number and has lost digits: %(text)s."),
        _("Format the column as text before the codes are typed in, and paste them again."),
    ),
    "bad_place_code": RemarkText(
        "fault",
        _("“%(text)s” is not a place-name code."),
        _("It has 20 digits: 6 county, 3 township, 5 class, 6 sequence."),
    ),
    "code_taken": RemarkText(
        "fault",
        _("The place-name code %(code)s belongs to another place, now or before."),
        _("Codes are never reused: give the place another one, or leave the cell empty."),
    ),
    "code_of_unknown_division": RemarkText(
        "fault",
        _("The place-name code names the division %(code)s, which is not known."),
        _("Look it up under Divisions; a code above the townships has 000 in digits 7 to 9."),
    ),
    "code_of_former_division": RemarkText(
        "warning",
        _("The place-name code names the division %(code)s, which is not in force on %(day)s."),
        _("A code keeps the division of its day: check that this is meant."),
    ),
    "code_elsewhere": RemarkText(
        "warning",
        _("The place-name code begins with %(named)s, the division is %(code)s."),
        _("A code keeps the division of its day: check that this is meant."),
    ),
    "bad_class": RemarkText(
        "fault",
        _("“%(text)s” is not a class code."),
        _("Write the five digits of GB/T 18521, for example 21620."),
    ),
    "unknown_class": RemarkText(
        "warning",
        _("The class %(code)s is not in the table of GB/T 18521."),
        _("The table is provisional in part: compare with the standard."),
    ),
    "bad_reading": RemarkText(
        "fault",
        _("“%(text)s” is not Hanyu Pinyin for this name."),
        _("Write Hanyu Pinyin with tones, one word for each part; empty works it out by rule."),
    ),
    "unknown_reading": RemarkText(
        "warning",
        _("No dictionary and no table reads these characters as “%(text)s”, tones included."),
        _("Compare it with the approval; empty works it out by rule."),
    ),
    "bad_id": RemarkText(
        "fault",
        _("“%(text)s” is not a place id."),
        _("Leave the cell as it was exported, or empty for a new place."),
    ),
    "unknown_place": RemarkText(
        "fault",
        _("There is no place with this id here."),
        _("It may have been removed, or lie in another database: empty the cell to add the place."),
    ),
    "needs_place": RemarkText(
        "fault",
        _("A name of this kind belongs to a place that is not named."),
        _("Give the place id or the place-name code of the place."),
    ),
    "duplicate": RemarkText(
        "fault",
        _("The same place is in row %(row)s already."),
        _("Delete one of the two rows."),
    ),
    "outside_division": RemarkText(
        "warning",
        _("The position lies %(distance)s m outside its division %(code)s."),
        _("Check datum, position and division code."),
    ),
    "ambiguous": RemarkText(
        "conflict",
        _("%(count)s places are called so in %(code)s."),
        _("Add the place id of the one that is meant."),
    ),
    "perhaps_same": RemarkText(
        "conflict",
        _("A place of this name and category is on record in %(code)s."),
        _("Add its place id if it is the same, else give the exact division of both."),
    ),
    "renaming": RemarkText(
        "conflict",
        _("The place is called “%(name)s”, the file says “%(text)s”."),
        _("A renaming is a case of its own; a slip is corrected on the page of the place."),
    ),
    "other_code": RemarkText(
        "conflict",
        _("The place has the place-name code %(code)s, the file says %(text)s."),
        _("A code is never changed by an import."),
    ),
    "code_of_another": RemarkText(
        "conflict",
        _("The place-name code belongs to another place."),
        _("Codes are never reused: check both records."),
    ),
    "called_so": RemarkText(
        "note",
        _("The place has this name already, as one of another kind."),
        _("What kind of name it is can be changed on the page of the place."),
    ),
    "division_itself": RemarkText(
        "conflict",
        _("The place is an administrative division."),
        _("Divisions change only with an adjustment of divisions."),
    ),
    "same_name_near": RemarkText(
        "warning",
        _("“%(name)s” exists already in %(code)s, in the same county."),
        _("Regulation on Place Names, Art 9: check before you import a second one."),
    ),
    "keeps_shape": RemarkText(
        "note",
        _("The place keeps its line or area: a single point does not replace it."),
    ),
}
