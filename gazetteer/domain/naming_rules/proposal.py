"""What a rule for naming looks at: the name proposed or in use, and what lies around it."""

from dataclasses import dataclass

from gazetteer.domain.similarity import Sound

TOWNSHIP_ENDINGS = ("镇", "乡", "苏木")
SUBDISTRICT_ENDINGS = ("街道", "办事处")
VILLAGE_ENDINGS = ("村", "社区", "委会", "委员会", "嘎查")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name and what is known of its thing; None is not known, never zero.

    ``division_code``: where it lies, or its own code where the place is a division in use.
    ``existing``: the name is in use, so that rules about new names only advise. ``exempt``: rule
    ids from which somebody has stated an exemption (no specific link to the person or firm, 2024
    measures Arts 3 and 4). ``is_protected``: on a list of protected names.
    """

    text: str
    specific: str
    generic: str
    category: str
    division_code: str
    toned: str = ""
    dialect: str = ""
    class_code: str = ""
    existing: bool = False
    place_id: str = ""
    city_size: str = ""
    length_m: float | None = None
    width_m: float | None = None
    site_m2: float | None = None
    floor_m2: float | None = None
    storeys: float | None = None
    open_m2: float | None = None
    green_ratio: float | None = None
    plot_ratio: float | None = None
    coverage: float | None = None
    is_famous: bool = False
    is_protected: bool = False
    exempt: frozenset[str] = frozenset()

    @property
    def sound(self) -> Sound:
        return Sound(self.specific, self.toned, self.dialect)

    @property
    def rank(self) -> str:
        """Which kind of division it is: county (and above), township, subdistrict, village."""
        if self.category != "DIVISION":
            return ""
        if self.existing:
            return division_rank(self.text, self.division_code)
        if self.text.endswith(TOWNSHIP_ENDINGS):
            return "township"
        if self.text.endswith(SUBDISTRICT_ENDINGS):
            return "subdistrict"
        return "village" if self.text.endswith(VILLAGE_ENDINGS) else "county"


def division_rank(text: str, code: str) -> str:
    """The rank of a division in use, by its code: towns (镇、乡) and subdistricts differ by law."""
    if len(code) <= 6:
        return "county"
    if len(code) == 9:
        return "subdistrict" if text.endswith(SUBDISTRICT_ENDINGS) else "township"
    return "village"


@dataclass(frozen=True, slots=True)
class OtherName:
    """A name already in use (or abolished), to compare with and to show on the map."""

    place_id: str
    text: str
    specific: str
    generic: str
    toned: str
    division_code: str
    lon: float | None = None
    lat: float | None = None
    dialect: str = ""

    @property
    def sound(self) -> Sound:
        return Sound(self.specific, self.toned, self.dialect)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a name may not occur twice: the country, a province, a county, built-up areas.

    ``prefix``: of division codes. ``areas``: keys of built-up areas, which count before it.
    ``stands_in``: no built-up area is drawn here, so the county stands for it. ``approximate``:
    the areas' outlines are.
    """

    kind: str
    prefix: str = ""
    areas: tuple[int, ...] = ()
    stands_in: bool = False
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class FamousFeature:
    """A famous natural feature or heritage site; ``within``: code prefixes where it lies."""

    name: str
    specific: str
    kind: str
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around a name; None is not looked up, an empty tuple is nothing there.

    ``others``: names in use of the same kind in ``scope``. ``abolished``: abolished ones there.
    ``local``: specific terms of places that hold the thing or lie near it.
    """

    scope: Scope | None = None
    others: tuple[OtherName, ...] | None = None
    abolished: tuple[OtherName, ...] | None = None
    local: frozenset[str] | None = None
    famous: tuple[FamousFeature, ...] = ()
