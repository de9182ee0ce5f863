"""The columns of a register of facilities, and how remarks on its rows read."""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from common.attribute_fields import property_title
from common.imports.cells import CELLS
from common.registries import ImportField, RemarkText
from facilities.domain.attributes import all_properties

_title = lazy(property_title, str)
FIELDS = (
    ImportField(
        "facility",
        _("Facility"),
        help=_("The identity, as exports have it; may be left out."),
        words=("id", "identity", "设施", "设施标识", "标识"),
    ),
    ImportField("name", _("Name"), required=True, words=("设施名称", "名称", "机构名称")),
    ImportField("category", _("Category"), required=True, words=("类别", "设施类别", "类型")),
    ImportField("longitude", _("Longitude"), words=("lon", "lng", "x", "经度", "东经")),
    ImportField("latitude", _("Latitude"), words=("lat", "y", "纬度", "北纬")),
    ImportField("geometry", _("Geometry (WKT)"), words=("wkt", "geom", "几何", "图形")),
    ImportField("division_code", _("Division code"), words=("division", "区划代码", "行政区划")),
    ImportField("address", _("Address"), words=("地址", "详细地址")),
    ImportField("operator", _("Operator"), words=("举办主体", "性质", "公办民办")),
    ImportField("beds", _("Beds"), words=("床位", "床位数")),
    ImportField("opened_on", _("In service from"), words=("opened", "启用日期", "开办日期")),
    ImportField("occupied", _("Beds occupied"), words=("residents", "已入住床位", "入住人数")),
    ImportField("counted_on", _("Counted on"), words=("统计日期",)),
    *(
        ImportField(key, _title(key, rule), words=(rule["title_zh"], rule["title_en"]))
        for key, rule in all_properties().items()
    ),
    ImportField(
        "contact_person",
        _("Contact person"),
        help=_("Kept apart, read only for a purpose."),
        words=("联系人", "负责人"),
    ),
    ImportField("contact_phone", _("Telephone"), words=("phone", "电话", "联系电话")),
    ImportField("synthetic", _("synthetic"), words=("模拟",)),
    ImportField("approximate", _("approximate"), words=("概略", "位置概略")),
)

REMARKS: dict[str, RemarkText] = {
    **CELLS,
    "no_such_facility": RemarkText(
        "fault",
        _("No facility with the identity “%(text)s” is in service on the day of the import."),
        _("Leave the cell empty for a new facility."),
    ),
    "unknown_category": RemarkText(
        "fault",
        _("There is no category “%(text)s” of facilities."),
        _("Meant is perhaps “%(near)s”."),
    ),
    "kept_elsewhere": RemarkText(
        "fault",
        _("Facilities of the category “%(category)s” are kept by the %(authority)s."),
        _("Leave the row out: that authority keeps the record."),
    ),
    "other_category": RemarkText(
        "fault",
        _("The facility is on record as “%(held)s”."),
        _("Correct the category on its page; another kind is another facility."),
    ),
    "no_position": RemarkText(
        "fault",
        _("The facility has no position."),
        _("Give longitude and latitude or a footprint, and declare their datum."),
    ),
    "not_a_site": RemarkText(
        "fault",
        _("A facility is a point or an area, not a %(kind)s."),
        _("Give longitude and latitude, or its footprint as a polygon."),
    ),
    "nowhere": RemarkText(
        "fault",
        _("The position lies in no district that is recorded on the day of the import."),
        _("Check the declared datum and the order of the two columns."),
    ),
    "outside": RemarkText(
        "fault",
        _("The position lies in %(code)s, outside the jurisdiction of this import."),
        _("Leave the row to the bureau that is responsible, or choose another jurisdiction."),
    ),
    "other_division": RemarkText(
        "warning",
        _("The file says %(told)s, but the position lies in %(code)s, which is taken."),
        _("Check the position, or the code in the file."),
    ),
    "bad_attribute": RemarkText("fault", _("%(field)s: %(why)s"), _("Correct the cell.")),
    "duplicate": RemarkText(
        "fault",
        _("The same facility is in row %(row)s already."),
        _("Delete one of the two rows."),
    ),
    "later_state": RemarkText(
        "fault",
        _("The facility changes on %(day)s: nothing can be put before it."),
        _("Import for a day after that, or leave the row out."),
    ),
    "opened_differs": RemarkText(
        "warning",
        _("On record it is in service from %(held)s; the day in the file is not taken over."),
    ),
    "opens_later": RemarkText(
        "fault",
        _("It opens on %(day)s, after the day of the import."),
        _("Import it when it is open, or record it on its page as planned."),
    ),
    "too_many": RemarkText(
        "fault",
        _("%(occupied)s occupied beds are more than the %(beds)s that there are."),
        _("Correct one of the two numbers."),
    ),
    "count_without_day": RemarkText(
        "fault",
        _("On which day the occupied beds were counted is not told."),
        _("Fill the column of the day of the count."),
    ),
    "counted_later": RemarkText(
        "fault",
        _("Its beds were counted on %(day)s, after the day of the import."),
        _("Correct the day of the count."),
    ),
    "counted_before": RemarkText(
        "fault",
        _("Its beds were counted on %(day)s, but it is in service from %(begun)s only."),
        _("Correct the day of the count, or give the day on which it opened."),
    ),
    "count_kept": RemarkText(
        "warning",
        _("On %(day)s %(occupied)s beds are counted already; the number in the file is not taken."),
        _("Record another count on the page of the facility."),
    ),
    "contact_kept": RemarkText(
        "warning",
        _("A contact is kept already; the one of the file is not taken over."),
        _("Record another contact on the page of the facility."),
    ),
    "beds_unknown": RemarkText(
        "warning",
        _("Its beds are unknown: it counts as without wherever beds are counted."),
        _("Fill the cell where the number is known."),
    ),
}
