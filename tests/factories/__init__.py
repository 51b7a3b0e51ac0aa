"""The ordinary case of everything; a test shows only what matters to it. Schools are fictitious."""

from .careers import (
    ArticleFactory,
    CertificationFactory,
    CitationFactory,
    EditionFactory,
    OccupationFactory,
    OccupationFieldFactory,
    PathwayFactory,
    ProjectionFactory,
    SectionFactory,
    WageFactory,
)
from .portal import LinkUseFactory, OutboundLinkFactory, ReleaseFactory, SourceFactory, UserFactory
from .schools import (
    AccreditationRecordFactory,
    AccreditorFactory,
    CompletionsFactory,
    FieldOfStudyFactory,
    ProgramFactory,
    PublishedPriceFactory,
    SchoolFactory,
    SchoolRecordFactory,
    SubjectFactory,
)

__all__ = [
    "AccreditationRecordFactory",
    "AccreditorFactory",
    "ArticleFactory",
    "CertificationFactory",
    "CitationFactory",
    "CompletionsFactory",
    "EditionFactory",
    "FieldOfStudyFactory",
    "LinkUseFactory",
    "OccupationFactory",
    "OccupationFieldFactory",
    "OutboundLinkFactory",
    "PathwayFactory",
    "ProgramFactory",
    "ProjectionFactory",
    "PublishedPriceFactory",
    "ReleaseFactory",
    "SchoolFactory",
    "SchoolRecordFactory",
    "SectionFactory",
    "SourceFactory",
    "SubjectFactory",
    "UserFactory",
    "WageFactory",
]
