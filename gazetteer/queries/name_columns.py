"""Columns by which place names come in and go out, with the headings that bureaus use for them."""

from django.utils.translation import gettext_lazy as _

from common.registries import ImportField

FIELDS = (
    ImportField(
        "name",
        _("Standard name"),
        required=True,
        help=_("In Chinese characters."),
        words=("standard_name", "name_zh", "标准名称", "地名", "地名名称", "名称", "路名"),
    ),
    ImportField(
        "name_kind",
        _("Kind of name"),
        help=_("Empty: the standard name. Other kinds need the place id or the place-name code."),
        words=("kind", "名称种类", "名称类型"),
    ),
    ImportField(
        "category",
        _("Category by law"),
        help=_("One of the eight categories of Art 3, in words or as STREET, NATURAL …"),
        words=("legal_category", "地名类别", "类别", "地名种类"),
    ),
    ImportField(
        "class_code",
        _("Class code"),
        help=_("Five digits of GB/T 18521."),
        words=("类别代码", "分类代码", "地名类别代码"),
    ),
    ImportField(
        "division_code",
        _("Division code"),
        help=_("6, 9 or 12 digits, in force on the day."),
        words=(
            "division",
            "adcode",
            "行政区划代码",
            "区划代码",
            "政区代码",
            "所在行政区代码",
            "所属区划",
        ),
    ),
    ImportField(
        "longitude",
        _("Longitude"),
        words=("lon", "lng", "x", "经度", "东经", "经度坐标", "东坐标", "easting"),
    ),
    ImportField(
        "latitude",
        _("Latitude"),
        words=("lat", "y", "纬度", "北纬", "纬度坐标", "北坐标", "northing"),
    ),
    ImportField(
        "geometry", _("Geometry (WKT)"), words=("wkt", "geom", "wkt_geometry", "几何", "图形")
    ),
    ImportField(
        "reading",
        _("Approved pinyin"),
        help=_("With tones, only where an authority approved it; else it is worked out."),
        words=("pinyin", "汉语拼音", "罗马字母拼写", "拼音"),
    ),
    ImportField("meaning", _("Meaning"), words=("含义", "地名的含义", "地名含义")),
    ImportField("origin", _("Origin"), words=("来历", "地名的来历", "地名来历")),
    ImportField("history", _("Historical changes"), words=("沿革", "历史沿革")),
    ImportField(
        "description", _("Position, extent and features"), words=("地理实体描述", "descript")
    ),
    ImportField(
        "began",
        _("Began"),
        help=_("As far as known: 1958-03-01, 1958-03, 1958, before 1949."),
        words=("began_on", "设立年份", "命名时间", "启用时间"),
    ),
    ImportField("ended", _("Ended"), words=("ended_on", "废止年份", "停用时间")),
    ImportField("approved_by", _("Approved by"), words=("批准机关", "approver", "appr_by")),
    ImportField("approved_on", _("Approved on"), words=("批准时间", "批准日期", "appr_on")),
    ImportField("document", _("Document"), words=("文号", "批准文号", "doc_no")),
    ImportField("document_page", _("Page of the document"), words=("页码", "文件页码", "doc_page")),
    ImportField(
        "place_code",
        _("Place-name code"),
        help=_("20 digits; format the column as text."),
        words=("地名代码", "地名编码"),
    ),
    ImportField(
        "place_id",
        _("Place id"),
        help=_("Of an exported place: the row changes that place."),
        words=("id", "uuid", "地名标识"),
    ),
    ImportField("synthetic", _("Synthetic"), help=_("yes or no"), words=("是否模拟", "模拟")),
    ImportField(
        "approximate",
        _("Approximate"),
        help=_("yes or no"),
        words=("是否近似", "近似", "approximat"),
    ),
)
