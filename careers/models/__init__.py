from .articles import Article, ArticleTopic, RelatedExclusion
from .changes import ArticleChange
from .credentials import Certification, EligibilityGroup, EligibilityRoute, License
from .editions import (
    ArticleLink,
    Citation,
    Edition,
    EditionCertification,
    EditionLicense,
    EditionOccupation,
    EditionSetting,
    Section,
)
from .employment_settings import EmploymentSetting
from .glossary import GlossaryTerm
from .occupations import CrosswalkPair, Occupation, OccupationField, Projection, Wage
from .pathways import Attribute, Cell, DegreeOption, Pathway
from .rereading import ReRead
from .topics import Topic

__all__ = [
    "Article",
    "ArticleChange",
    "ArticleLink",
    "ArticleTopic",
    "Attribute",
    "Cell",
    "Certification",
    "Citation",
    "CrosswalkPair",
    "DegreeOption",
    "Edition",
    "EditionCertification",
    "EditionLicense",
    "EditionOccupation",
    "EditionSetting",
    "EligibilityGroup",
    "EligibilityRoute",
    "EmploymentSetting",
    "GlossaryTerm",
    "License",
    "Occupation",
    "OccupationField",
    "Pathway",
    "Projection",
    "ReRead",
    "RelatedExclusion",
    "Section",
    "Topic",
    "Wage",
]
