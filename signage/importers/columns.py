"""The columns that a file of signs may have, and the headings they are known by."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.registries import ImportField

FIELDS = (
    ImportField(
        "number",
        _("Sign number"),
        required=True,
        words=("sign_number", "标志编号", "编号", "门牌编号", "标牌编号"),
    ),
    ImportField(
        "sign_class",
        _("Class"),
        required=True,
        help=_("One of the classes of the sign standard, in words or as STREET, DOOR_L …"),
        words=("class", "标志类别", "标志类型", "标牌类型", "类别"),
    ),
    ImportField("longitude", _("Longitude"), words=("lon", "lng", "x", "经度", "东经")),
    ImportField("latitude", _("Latitude"), words=("lat", "y", "纬度", "北纬")),
    ImportField("geometry", _("Geometry (WKT)"), words=("wkt", "geom", "几何", "图形")),
    ImportField("hanzi", _("Characters"), words=("text", "汉字", "汉字内容", "版面汉字", "路名")),
    ImportField(
        "pinyin", _("Pinyin"), words=("spelling", "拼音", "罗马字母", "罗马字母拼写", "版面拼音")
    ),
    ImportField("ground_colour", _("Ground colour"), words=("colour", "底色", "版面底色")),
    ImportField("width_mm", _("Width (mm)"), words=("width", "宽", "宽度", "版面宽度")),
    ImportField("height_mm", _("Height (mm)"), words=("height", "高", "高度", "版面高度")),
    ImportField(
        "faces",
        _("Faces, panels and lines (JSON)"),
        help=_("In place of characters, pinyin, colour and size, where all that stands is known."),
        words=("panels", "版面", "版面内容"),
    ),
    ImportField(
        "place_name",
        _("Place the sign is for"),
        help=_("Its standard name; of several in the city the nearest is taken."),
        words=("place", "标准地名", "所属地名", "地名", "所指地名"),
    ),
    ImportField(
        "street_bearing",
        _("Bearing of the street (°)"),
        words=("bearing", "道路方位角", "道路走向"),
    ),
    ImportField("facing", _("Faces towards (°)"), words=("朝向", "版面朝向")),
    ImportField("support", _("Support"), words=("支撑方式", "安装方式", "设置方式")),
    ImportField("door_number", _("Number on the plate"), words=("门牌号", "号码", "牌号")),
    ImportField("door_suffix", _("Suffix of the number"), words=("门牌号后缀", "附号")),
    ImportField("state", pgettext_lazy("of a sign", "state"), words=("state", "状态", "现状")),
    ImportField("managed_by", _("Managed by"), words=("管理部门", "主管部门")),
    ImportField("set_by", _("Set up by"), words=("设置单位",)),
    ImportField("responsible_body", _("Responsible body"), words=("责任单位", "管护单位")),
    ImportField("installed_on", _("Installed on"), words=("设置日期", "安装日期", "设置时间")),
    ImportField("service_life_years", _("Service life (years)"), words=("使用年限",)),
    ImportField("material", _("Material"), words=("材质", "材料")),
    ImportField("film_class", _("Class of reflective film"), words=("反光膜等级", "反光膜类别")),
    ImportField("underside_m", _("Height of the underside (m)"), words=("下缘高度", "净高")),
    ImportField("kerb_m", _("Distance to the kerb (m)"), words=("距路缘", "距路缘石")),
    ImportField("condition", _("Condition (0–100)"), words=("完好度", "状况评分")),
    ImportField("cost", _("Cost (yuan)"), words=("造价", "费用", "费用（元）")),
    ImportField(
        "photos",
        _("Photos"),
        help=_("File names in the same ZIP, several with a semicolon between them."),
        words=("photo", "picture", "照片", "图片", "照片文件", "照片名称"),
    ),
    ImportField("synthetic", _("Synthetic"), words=("合成", "合成数据")),
)
