from django.db import models
from django.db.models import Q

from portal.constraints import between

from .releases import Fact
from .versions import bumps_version


class State(models.Model):
    """A state, the District of Columbia, or a territory in which IPEDS lists schools."""

    class Kind(models.TextChoices):
        STATE = "state", "State"
        DISTRICT = "district", "District"
        TERRITORY = "territory", "Territory or freely associated state"

    code = models.CharField("postal code", max_length=2, primary_key=True)
    name = models.CharField(max_length=60, unique=True)
    fips = models.CharField("FIPS code", max_length=2, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.STATE)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(code__regex="^[A-Z]{2}$"), name="state_code_two_letters")]
        triggers = [bumps_version()]

    def __str__(self):
        return self.name


class Area(models.Model):
    """A place wages are published for: the nation or one state. Metropolitan areas may follow."""

    class Kind(models.TextChoices):
        NATION = "nation", "United States"
        STATE = "state", "State"

    code = models.CharField(max_length=8, primary_key=True, help_text="US, or the state's postal code.")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=80)
    state = models.OneToOneField(State, models.PROTECT, null=True, blank=True, related_name="area")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="nation", state__isnull=True) | Q(kind="state", state__isnull=False),
                name="area_state_matches_kind",
            )
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.name


class Zip(Fact):
    """The middle of a ZIP code area (Census ZCTA gazetteer). A ZIP without an area has no row."""

    KEY = ("zip",)
    VALUES = ("latitude", "longitude", "state_id")

    zip = models.CharField("ZIP code", max_length=5)
    latitude = models.FloatField(help_text="Degrees north.")
    longitude = models.FloatField(help_text="Degrees east.")
    state = models.ForeignKey(State, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "zip"], name="zip_once_per_release"),
            models.CheckConstraint(condition=Q(zip__regex="^[0-9]{5}$"), name="zip_five_digits"),
            between("latitude", -90, 90, "zip_latitude_on_earth"),
            between("longitude", -180, 180, "zip_longitude_on_earth"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.zip
