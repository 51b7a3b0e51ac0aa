from .articles import (
    Article,
    ArticleLink,
    Attribute,
    Cell,
    Citation,
    DegreeOption,
    Edition,
    EditionCertification,
    EditionOccupation,
    Pathway,
    Section,
)
from .certifications import Certification, EligibilityGroup, EligibilityRoute
from .changes import ArticleChange
from .occupations import CrosswalkPair, Occupation, OccupationField, Projection, Wage
from .rereading import ReRead

__all__ = [
    "Article",
    "ArticleChange",
    "ArticleLink",
    "Attribute",
    "Cell",
    "Certification",
    "Citation",
    "CrosswalkPair",
    "DegreeOption",
    "Edition",
    "EditionCertification",
    "EditionOccupation",
    "EligibilityGroup",
    "EligibilityRoute",
    "Occupation",
    "OccupationField",
    "Pathway",
    "Projection",
    "ReRead",
    "Section",
    "Wage",
]
