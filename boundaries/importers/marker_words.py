"""The columns of a register of markers, and how remarks on its rows read."""

from django.utils.translation import gettext_lazy as _

from common.imports.cells import CELLS
from common.registries import ImportField, RemarkText

FIELDS = (
    ImportField(
        "number", _("Number"), required=True, words=("marker_number", "界桩号", "界桩编号", "编号")
    ),
    ImportField(
        "line",
        _("Line code"),
        help=_("As 440104-440106; may be left out where the number begins with it."),
        words=("line_code", "界线编号", "界线代码", "界线"),
    ),
    ImportField("longitude", _("Longitude"), words=("lon", "lng", "x", "经度", "东经")),
    ImportField("latitude", _("Latitude"), words=("lat", "y", "纬度", "北纬")),
    ImportField("geometry", _("Geometry (WKT)"), words=("wkt", "geom", "几何", "图形")),
    ImportField("kind", _("Kind"), words=("类型", "界桩类型", "立桩形式")),
    ImportField("material", _("Material"), words=("材质", "界桩材质")),
    ImportField("elevation_m", _("Elevation (m)"), words=("elevation", "高程", "高程（米）")),
    ImportField("accuracy_m", _("Accuracy (m)"), words=("accuracy", "精度", "点位中误差")),
    ImportField("measured_by", _("Measured by"), words=("method", "测量方法", "施测方法")),
    ImportField("manager_code", _("Looked after by"), words=("manager", "管理方", "管理方代码")),
    ImportField("third_code", _("Third side"), words=("第三方", "第三方代码")),
    ImportField("set_on", _("Set on"), words=("set_day", "埋设日期", "埋设时间", "立桩日期")),
    ImportField(
        "witnesses",
        _("Witness objects"),
        help=_("object; distance; azimuth – parted by | where there are several."),
        words=("witness_objects", "方位物"),
    ),
    ImportField("note", _("Remarks"), words=("note", "备注", "说明")),
)

REMARKS: dict[str, RemarkText] = {
    **CELLS,
    "no_line": RemarkText(
        "fault",
        _("Which line the marker belongs to is not told."),
        _("Fill the column of the line code: a provincial number names provinces only."),
    ),
    "unknown_line": RemarkText(
        "fault",
        _("There is no boundary line “%(text)s” on the day of the import."),
        _("Write the smaller code first, as 440104-440106."),
    ),
    "bad_number": RemarkText(
        "fault",
        _("“%(text)s” is not the number of a marker of this line."),
        _("%(example)s is one: line, serial of three digits from 001, post."),
    ),
    "duplicate": RemarkText(
        "fault",
        _("The same number is in row %(row)s already."),
        _("Give every marker its own number, or delete one of the two rows."),
    ),
    "outside": RemarkText(
        "fault",
        _("The line %(line)s does not touch the jurisdiction of this import."),
        _("Leave the row to the bureau that is responsible, or choose another jurisdiction."),
    ),
    "no_side": RemarkText(
        "fault",
        _("“%(text)s” is no side of this line and cannot look after its marker."),
        _("Write %(a)s or %(b)s, or leave the cell empty where the agreement does not say."),
    ),
    "no_position": RemarkText(
        "fault",
        _("The marker has no position."),
        _("Give longitude and latitude, and declare their datum."),
    ),
    "day_to_come": RemarkText(
        "fault",
        _("The marker was set on %(day)s, after the day of the import."),
        _("Correct the day, or leave the cell empty where it is not known."),
    ),
    "off_the_line": RemarkText(
        "fault",
        _("The position lies %(metres)s m from the line."),
        _("Check the declared datum first: old registers are in Beijing 1954 or Xi'an 1980."),
    ),
    "other_side": RemarkText(
        "fault",
        _("Post %(post)s stands on the side of %(wanted)s, but the position lies in %(found)s."),
        _("Check the position, or whether A and B are exchanged."),
    ),
    "bad_witness": RemarkText(
        "fault",
        _("“%(text)s” is not “object; distance; azimuth” within 1,000 m."),
        _("Write for example: old banyan; 12.5; 45"),
    ),
    "on_record": RemarkText(
        "conflict",
        _("A marker with this number is on record and differs: %(fields)s."),
        _("Correct it on the page of the marker, and leave the row out."),
    ),
    "few_witnesses": RemarkText(
        "warning",
        _("It has %(held)s witness objects; three at least are wanted."),
        _("Add them at the next visit."),
    ),
    "no_accuracy": RemarkText(
        "warning",
        _("Its accuracy is unknown: no displacement can be judged."),
        _("Fill the mean error of the position from the survey report."),
    ),
    "series_twice": RemarkText(
        "warning", _("%(line)s: the same post stands twice: %(serials)s."), _("Check the numbers.")
    ),
    "series_incomplete": RemarkText(
        "warning",
        _("%(line)s: posts of one number are not complete: %(serials)s."),
        _("A goes with B, C with D and E."),
    ),
    "series_gap": RemarkText(
        "warning",
        _("%(line)s: serials are missing: %(serials)s."),
        _("Import the rest of the register, if there is one."),
    ),
    "series_order": RemarkText(
        "warning",
        _("%(line)s: the serial does not rise along the line: %(serials)s."),
        _("Numbers run from west to east or from north to south: check positions and numbers."),
    ),
}
