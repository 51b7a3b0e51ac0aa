"""The other names of schools that the repository ships (schools/starter/aliases.toml)."""

import tomllib
from pathlib import Path

from django.apps import apps

from portal.releases import derives
from schools.models import School
from schools.relisting import holding_relisting

ALIASES = Path(__file__).parent / "starter" / "aliases.toml"


@derives("ipeds-institutions", step=20)
def give_aliases() -> None:
    """To the schools that have no other names of ours and never had any: what editors took away stays away."""
    with ALIASES.open("rb") as file:
        wanted: dict[str, list[str]] = tomllib.load(file)["schools"]
    had = apps.get_model("schools", "SchoolEvent").objects.exclude(aliases="").values("pgh_obj")
    schools = School.objects.filter(unitid__in=wanted, aliases="").exclude(pk__in=had)
    with holding_relisting():
        for school in schools:
            school.aliases = "\n".join(wanted[school.unitid])
            school.save(update_fields=["aliases", "changed_at"])
