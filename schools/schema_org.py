"""Programs and schools as schema.org says them, for machines: the facts their pages print, and no others.

What is not known is not said. Types and properties as on https://schema.org/EducationalOccupationalProgram and
https://schema.org/CollegeOrUniversity.
"""

from typing import Any

from django.conf import settings

from schools.levels import AwardLevel
from schools.models import Program, ProgramListing, SchoolListing, SchoolRecord

Data = dict[str, Any]
MODES = {"online": "online", "hybrid": "blended", "campus": "onsite"}


def absolute(url: str) -> str:
    return settings.SITE_URL + url


def known(data: Data) -> Data:
    """Without what nobody knows."""
    return {name: value for name, value in data.items() if value not in (None, "", [])}


def identified(kind: str, value: str) -> Data:
    return {"@type": "PropertyValue", "propertyID": kind, "value": value}


def tuition_offers(listing: ProgramListing) -> Data | list[Data]:
    """The yearly prices at a glance: one where all pay the same."""
    prices = [("in state", listing.tuition), ("out of state", listing.tuition_out_of_state)]
    differ = listing.tuition_out_of_state not in (None, listing.tuition)
    offers: list[Data] = [
        {
            "@type": "Offer",
            "category": f"Tuition a year, {payer}, full time" if differ else "Tuition a year, full time",
            "price": price,
            "priceCurrency": "USD",
        }
        for payer, price in prices[: 2 if differ else 1]
        if price is not None
    ]
    return offers[0] if len(offers) == 1 else offers


def program_data(program: Program, listing: ProgramListing, school_url: str) -> Data:
    url = absolute(listing.get_absolute_url())
    field = program.field_of_study
    return known(
        {
            "@context": "https://schema.org",
            "@type": "EducationalOccupationalProgram",
            "@id": url,
            "url": url,
            "name": listing.title,
            "description": program.description,
            "educationalCredentialAwarded": AwardLevel(program.level).label,
            "identifier": identified("CIP", field.cip),
            "provider": {
                "@type": "CollegeOrUniversity",
                "@id": absolute(school_url),
                "url": absolute(school_url),
                "name": listing.school_name,
                "address": postal_address(listing),
            },
            "educationalProgramMode": [MODES[mode] for mode in listing.delivery],
            "timeToComplete": f"P{program.length_months}M" if program.length_months else None,
            "numberOfCredits": float(program.credits) if program.credits else None,
            "startDate": program.next_start and program.next_start.isoformat(),
            "applicationDeadline": program.application_deadline and program.application_deadline.isoformat(),
            "programPrerequisites": AwardLevel(program.entry_degree).label if program.entry_degree else None,
            "offers": tuition_offers(listing),
            "sameAs": program.url if program.url.startswith(("http://", "https://")) else None,
        }
    )


def postal_address(listing: ProgramListing | SchoolListing, street: str = "", zip_code: str = "") -> Data:
    return known(
        {
            "@type": "PostalAddress",
            "streetAddress": street,
            "addressLocality": listing.city,
            "addressRegion": listing.state_id,
            "postalCode": zip_code,
            "addressCountry": "US",
        }
    )


def school_data(
    listing: SchoolListing,
    record: SchoolRecord | None,
    website: str,
    other_names: list[str],
    parent: SchoolListing | None,
) -> Data:
    url = absolute(listing.get_absolute_url())
    codes = {"UNITID": listing.school.unitid, "OPEID": record.opeid if record else ""}
    exact = listing.position_from == "record"
    return known(
        {
            "@context": "https://schema.org",
            "@type": "CollegeOrUniversity",
            "@id": url,
            "url": url,
            "name": listing.name,
            "alternateName": other_names,
            "identifier": [identified(kind, code) for kind, code in codes.items() if code],
            "address": postal_address(listing, record.address if record else "", listing.zip),
            "geo": {"@type": "GeoCoordinates", "latitude": listing.latitude, "longitude": listing.longitude}
            if exact
            else None,
            "sameAs": website,
            "parentOrganization": parent
            and {
                "@type": "CollegeOrUniversity",
                "@id": absolute(parent.get_absolute_url()),
                "url": absolute(parent.get_absolute_url()),
                "name": parent.name,
            },
            "dissolutionDate": listing.closed_on and listing.closed_on.isoformat(),
        }
    )
