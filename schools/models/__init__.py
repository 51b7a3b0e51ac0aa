from .accreditation import Accreditation, AccreditationRecord, Accreditor
from .claims import Claim, Membership
from .directory import Program, ProgramFacts, School
from .fields import FieldOfStudy, FieldRecord, Subject, SubjectField, SubjectSynonym
from .listings import ProgramListing, SchoolListing
from .records import Completions, DistanceOffer, PublishedPrice, SchoolOutcome, SchoolRecord

__all__ = [
    "Accreditation",
    "AccreditationRecord",
    "Accreditor",
    "Claim",
    "Completions",
    "DistanceOffer",
    "FieldOfStudy",
    "FieldRecord",
    "Membership",
    "Program",
    "ProgramFacts",
    "ProgramListing",
    "PublishedPrice",
    "School",
    "SchoolListing",
    "SchoolOutcome",
    "SchoolRecord",
    "Subject",
    "SubjectField",
    "SubjectSynonym",
]
