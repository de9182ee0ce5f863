"""An entry of the compendium (政区大典条目); what the system knows is not copied into it."""

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boundaries.models import Division
from common.models import KeptPhoto, tracked
from compendium.domain.flow import Stage


class StageChoice(models.TextChoices):
    COLLECT = Stage.COLLECT, _("the unit fills in")
    COUNTY = Stage.COUNTY, _("county edits")
    EXPERTS = Stage.EXPERTS, _("experts review")
    CITY = Stage.CITY, _("city reviews")
    PROVINCE = Stage.PROVINCE, _("province reviews")
    PRINT = Stage.PRINT, _("ready for print")


class ItemKey(models.TextChoices):
    NAME = "name", _("name")
    PINYIN = "pinyin", _("Hanyu Pinyin")
    CODE = "code", _("division code")
    KIND = "kind", _("kind")
    POSTCODE = "postcode", _("postcode")
    PHONE_CODE = "phone_code", _("phone area code")
    PLATE_PREFIX = "plate_prefix", _("number plate prefix")
    RELATIVE = "relative", _("place within its parent")
    EXTENT = "extent", _("extent in degrees")
    NEIGHBOURS = "neighbours", _("neighbours by direction")
    AREA = "area", _("area (km²)")
    REGISTERED = "registered", _("registered population")
    RESIDENTS = "residents", _("resident population")
    HOUSEHOLDS = "households", _("households")
    MINORITY_SHARE = "minority_share", _("minority share (%)")
    DENSITY = "density", _("people per km²")
    SEAT = "seat", _("seat and address")
    SUB_UNIT_COUNT = "sub_unit_count", _("number of sub-units")
    SUB_UNITS = "sub_units", _("names of sub-units")
    ORIGIN = "origin", _("origin of the name")
    HISTORY = "history", _("history of the division")
    NATURE = "nature", _("nature: terrain, rivers, climate, resources, disasters")
    ECONOMY = "economy", _("economy: sectors, trade, finance")
    GDP = "gdp", _("gross product (100 million yuan)")
    SOCIETY = "society", _("society: education, health, social security")
    FACILITIES = "facilities", _("civil-affairs facilities")
    INFRASTRUCTURE = "infrastructure", _("infrastructure: transport, power, water, telecom")
    SIGNS = "signs", _("place-name signs")
    CULTURE = "culture", _("culture: customs, products, scenery, heritage")
    MAP_NUMBER = "map_number", _("map approval number")
    PHOTOS = "photos", _("photos and their rights")


@tracked()
class Entry(models.Model):
    """``data_on``: the data-cut day, on which everything that the system tells is asked."""

    division = models.OneToOneField(Division, on_delete=models.PROTECT, related_name="entry")
    division_code = models.CharField(_("division"), max_length=12, db_index=True)
    data_on = models.DateField(_("data as of"))
    stage = models.CharField(
        _("stage"), max_length=10, choices=StageChoice, default=StageChoice.COLLECT
    )

    def __str__(self) -> str:
        return f"{self.division_code} {self.stage}"


@tracked()
class EntryItem(models.Model):
    """What people wrote into an item: a text, or a number with its base year; from where."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=20, choices=ItemKey)
    text = models.TextField(blank=True)
    value = models.FloatField(null=True, blank=True)
    base_year = models.PositiveSmallIntegerField(_("base year"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "key"], name="entry_item_once"),
            models.CheckConstraint(
                name="entry_item_says_something",
                condition=~Q(text="") | Q(value__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.text[:40]}"


class EntryPhoto(KeptPhoto):
    """A picture of an entry. ``rights``: whose it is and by what leave it is printed, never ""."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="photos")
    image = models.ImageField(upload_to="compendium/%Y/%m")
    caption = models.CharField(_("caption"), max_length=200)
    rights = models.CharField(_("rights"), max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "sha256"],
                name="entry_photo_once",
                violation_error_message=_("This photo is there already."),
            ),
            models.CheckConstraint(
                name="entry_photo_says_whose", condition=~Q(caption="") & ~Q(rights="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.caption}"


@pgtrigger.register(
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
)
class Signature(models.Model):
    """Who signed an entry at a stage (or gave it back, with the reason); never changed."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="signatures")
    stage = models.CharField(max_length=10, choices=StageChoice)
    given_back = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)
    on = models.DateField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.stage} {self.by}"
