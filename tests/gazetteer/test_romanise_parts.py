"""Where a name is written apart (rules 1–17 of 1984, domain reference §2.1), segment by segment."""

import pytest

from gazetteer.domain.names import Category
from gazetteer.domain.readings import ReadingSource
from gazetteer.domain.romanise import U_DIAERESIS, YU, V, romanise

# The split marks of the reference; an ordinal is a segment of its own, written in figures (rule 7).
# Left out: 王村/村委会, of which the reference itself is not sure [U].
MARKED = """
natural 太行/山 | natural 汾/河 | natural 太/湖 | natural 大/运河 | natural 西辽/河
natural 潮白/新河 | natural 北雁荡/山 | natural 渤海/湾 | natural 五指/山 | natural 九龙/江
natural 二道/沟 | natural 第二/松花/江 | natural 1203/高地 | natural 珠/江
division 江苏/省 | division 通/县 | division 忠/县 | division 赵/县 | division 西峰/镇
division 虹口/区 | division 西藏/自治区 | division 黑龙江/省 | division 景德镇/市 | division 左权/县
division 石牌/街道 | division 天河/区
street 南京/路 | street 横/街 | street 长安/街 | street 大/马路 | street 门框/胡同
street 景山/后街
street 造币/左路 | street 后赵家楼/胡同 | street 朝阳门内/大街 | street 南/小街 | street 小/南街
street 南横/东街 | street 东直门外/南后街 | street 广安门/北滨河/路 | street 解放路/南小街
street 张之洞/路 | street 三八/路 | street 二/马路 | street 经/五/路 | street 三/环路
street 大川淀/一/巷 | street 东四/十二/条 | street 第九/弄 | street 天宁寺/西里/一/巷
street 盆儿/胡同 | street 环市/东路 | street 中山/五/路 | street 中山/街 | street 百花深处
building 欧阳海/水库 | building 五一/广场 | building 解放/桥 | building 黄鹤/楼
building 武汉/长江/大桥 | building 三潭印月
facility 前进/4/厂 | facility 前进/四/厂 | facility 浙江/省/测绘/局
village 王村 | village 江镇 | village 漷县 | village 周口店 | village 油坊桥 | village 三岔河
village 众埠街 | village 李庄
"""
# Copies of the rules disagree on the split of this name [U]: one of them is followed for now.
PROVISIONAL = [("street", "包头胡同/东巷")]
# By the same rules, names that the reference does not list.
FURTHER = """
street 上下九/步行街 Shangxiajiu Buxingjie | street 机场/高速/公路 Jichang Gaosu Gonglu
street G105/国道 G105 Guodao | street A1/路 A1 Lu | street 12/号/路 12 Hao Lu
street 二/横路 2 Henglu | street 科学城/一/横路 Kexuecheng 1 Henglu
street 沿江/中路 Yanjiang Zhonglu | street 建设/大马路 Jianshe Damalu | street 略阳/路 Lüeyang Lu
natural 珠江/三角洲 Zhujiang Sanjiaozhou | natural 南/海 Nan Hai
facility 天河/区/民政/局 Tianhe Qu Minzheng Ju | facility 第二/人民/医院 Di-2 Renmin Yiyuan
facility 广州/市/天河/区/第一/中学 Guangzhou Shi Tianhe Qu Di-1 Zhongxue
facility 番禺/区/石楼/镇/敬老院 Panyu Qu Shilou Zhen Jinglaoyuan
facility 社区/服务/中心 Shequ Fuwu Zhongxin | facility 城区/养老院 Chengqu Yanglaoyuan
facility 五一/小学 Wuyi Xiaoxue | facility 第一/福利院 Di-1 Fuliyuan
"""
ON_SIGNS = [
    ("中山街", "street", "ZHONGSHAN JIE"),
    ("长安街", "street", "CHANG'AN JIE"),
    ("西安", "village", "XI'AN"),
    ("吕梁", "village", "LÜLIANG"),
    ("旅顺口", "village", "LÜSHUNKOU"),
    ("旅顺口区", "division", "LÜSHUNKOU QU"),
    ("略阳县", "division", "LÜEYANG XIAN"),
    ("虐山", "village", "NÜESHAN"),
    ("渠县", "division", "QU XIAN"),
    ("玉山县", "division", "YUSHAN XIAN"),
    ("呼和浩特市", "division", "HOHHOT SHI"),
    ("乌鲁木齐市", "division", "ÜRÜMQI SHI"),
    ("拉萨市", "division", "LHASA SHI"),
    ("东四十二条", "street", "DONGSI 12 TIAO"),
    ("第九弄", "street", "DI-9 LONG"),
]


def marked(text: str) -> list[tuple[str, str, str]]:
    rows = [row.split(maxsplit=2) for row in text.replace("\n", "|").split("|") if row.strip()]
    return [(row[0], row[1], row[2].strip() if len(row) > 2 else "") for row in rows]


def segments(name: str, category: str) -> str:
    found = romanise(name.replace("/", ""), category=category).segments
    return "/".join(segment.text for segment in found)


class TestParts:
    @pytest.mark.parametrize(("category", "name", "_"), marked(MARKED))
    def test_follow_the_split_marks_of_the_reference(
        self, category: str, name: str, _: str
    ) -> None:
        assert segments(name, category) == name

    @pytest.mark.parametrize(("category", "name"), PROVISIONAL)
    def test_follow_one_copy_where_copies_disagree(self, category: str, name: str) -> None:
        assert segments(name, category) == name

    @pytest.mark.parametrize(("category", "name", "spelling"), marked(FURTHER))
    def test_of_other_names_by_the_same_rules(
        self, category: str, name: str, spelling: str
    ) -> None:
        assert segments(name, category) == name
        assert romanise(name.replace("/", ""), category=category).plain == spelling


class TestOnSigns:
    @pytest.mark.parametrize(("name", "category", "sign"), ON_SIGNS)
    def test_capitals_without_tones_keep_apostrophe_and_umlaut(
        self, name: str, category: str, sign: str
    ) -> None:
        assert romanise(name, category=category).sign == sign

    @pytest.mark.parametrize(
        ("style", "plain", "sign"),
        [
            (U_DIAERESIS, "Lüshunkou Qu", "LÜSHUNKOU QU"),
            (YU, "Lyushunkou Qu", "LYUSHUNKOU QU"),
            (V, "Lvshunkou Qu", "LVSHUNKOU QU"),
        ],
    )
    def test_umlaut_as_the_bureau_chooses(self, style: str, plain: str, sign: str) -> None:
        spelt = romanise("旅顺口区", category="division", umlaut_style=style)
        assert (spelt.plain, spelt.sign) == (plain, sign)
        assert spelt.toned == "Lǚshùnkǒu Qū"
        assert " ".join(segment.plain for segment in spelt.segments) == plain

    def test_minority_spellings_are_marked_as_stored(self) -> None:
        for name in ("呼和浩特市", "乌鲁木齐市", "拉萨市"):
            assert romanise(name, category="division").source is ReadingSource.SPELLING

    @pytest.mark.parametrize("category", list(Category))
    def test_a_street_generic_is_never_english(self, category: Category) -> None:
        for name in ("解放路", "北京大道", "南街", "东桥", "西湖", "北山"):
            words = romanise(name, category=category).plain.lower().split()
            assert not {"road", "avenue", "street", "bridge", "lake", "hill"} & set(words)
