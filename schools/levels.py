"""Award levels and delivery: the words every program is described with."""

from django.db import models


class AwardLevel(models.TextChoices):
    """Our own list, in the order it is shown. IPEDS AWLEVEL codes are mapped to it at the importer's door."""

    CERT_LT_12W = "cert_lt_12w", "Certificate, under 12 weeks"
    CERT_12W_1Y = "cert_12w_1y", "Certificate, 12 weeks to under 1 year"
    CERT_1_2Y = "cert_1_2y", "Certificate, 1 to under 2 years"
    ASSOCIATE = "associate", "Associate’s degree"
    CERT_2_4Y = "cert_2_4y", "Certificate, 2 to under 4 years"
    BACHELOR = "bachelor", "Bachelor’s degree"
    POSTBACC_CERT = "postbacc_cert", "Postbaccalaureate certificate"
    MASTER = "master", "Master’s degree"
    POSTMASTER_CERT = "postmaster_cert", "Post-master’s certificate"
    DOCTOR_RESEARCH = "doctor_research", "Doctor’s degree, research"
    DOCTOR_PRACTICE = "doctor_practice", "Doctor’s degree, professional practice"
    DOCTOR_OTHER = "doctor_other", "Doctor’s degree, other"

    @property
    def rank(self) -> int:
        """Place in the display order, from 0."""
        return list(AwardLevel).index(self)

    @property
    def is_graduate(self) -> bool:
        """Whether a school's graduate price is the one that applies."""
        return self.rank >= AwardLevel.POSTBACC_CERT.rank

    @property
    def slug(self) -> str:
        """As it ends a program's address."""
        return LEVEL_SLUGS[self]

    @property
    def plural(self) -> str:
        """As a sentence counts programs: "28 master’s programs"."""
        return LEVEL_PLURALS[self]


LEVEL_SLUGS = {
    AwardLevel.CERT_LT_12W: "certificate-under-12-weeks",
    AwardLevel.CERT_12W_1Y: "certificate-under-1-year",
    AwardLevel.CERT_1_2Y: "certificate-1-to-2-years",
    AwardLevel.ASSOCIATE: "associate",
    AwardLevel.CERT_2_4Y: "certificate-2-to-4-years",
    AwardLevel.BACHELOR: "bachelor",
    AwardLevel.POSTBACC_CERT: "postbaccalaureate-certificate",
    AwardLevel.MASTER: "master",
    AwardLevel.POSTMASTER_CERT: "post-masters-certificate",
    AwardLevel.DOCTOR_RESEARCH: "research-doctorate",
    AwardLevel.DOCTOR_PRACTICE: "practice-doctorate",
    AwardLevel.DOCTOR_OTHER: "other-doctorate",
}

LEVEL_PLURALS = {
    AwardLevel.CERT_LT_12W: "certificate programs under 12 weeks",
    AwardLevel.CERT_12W_1Y: "certificate programs of 12 weeks to 1 year",
    AwardLevel.CERT_1_2Y: "certificate programs of 1 to 2 years",
    AwardLevel.ASSOCIATE: "associate’s programs",
    AwardLevel.CERT_2_4Y: "certificate programs of 2 to 4 years",
    AwardLevel.BACHELOR: "bachelor’s programs",
    AwardLevel.POSTBACC_CERT: "postbaccalaureate certificate programs",
    AwardLevel.MASTER: "master’s programs",
    AwardLevel.POSTMASTER_CERT: "post-master’s certificate programs",
    AwardLevel.DOCTOR_RESEARCH: "research doctorates",
    AwardLevel.DOCTOR_PRACTICE: "practice doctorates",
    AwardLevel.DOCTOR_OTHER: "other doctorates",
}


class Delivery(models.TextChoices):
    """How a program is taught. One program offered several ways carries several."""

    ONLINE = "online", "Online"
    HYBRID = "hybrid", "Hybrid"
    CAMPUS = "campus", "On campus"


class Control(models.TextChoices):
    PUBLIC = "public", "Public"
    NONPROFIT = "nonprofit", "Private nonprofit"
    FOR_PROFIT = "for_profit", "Private for-profit"
    UNKNOWN = "unknown", "Not in federal data"
