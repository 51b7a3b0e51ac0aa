from .accreditation import Accreditation, AccreditationRecord, Accreditor
from .directory import Program, ProgramFacts, School
from .fields import FieldOfStudy, FieldRecord, Subject, SubjectField, SubjectSynonym
from .listings import ProgramListing, SchoolListing
from .records import Completions, DistanceOffer, PublishedPrice, SchoolOutcome, SchoolRecord

__all__ = [
    "Accreditation",
    "AccreditationRecord",
    "Accreditor",
    "Completions",
    "DistanceOffer",
    "FieldOfStudy",
    "FieldRecord",
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
