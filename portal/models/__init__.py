from .accounts import User
from .attention import QueueLength
from .jobs import JobNote
from .links import HostVisit, LinkGathering, LinkUse, OutboundLink
from .places import Area, State, Zip
from .releases import Fact, FactQuerySet, ImportIssue, Release, ReleaseFile, Source
from .reports import ProblemReport, SenderCount
from .slugs import Slug
from .starter import StarterLoad
from .versions import ContentVersion

__all__ = [
    "Area",
    "ContentVersion",
    "Fact",
    "FactQuerySet",
    "HostVisit",
    "ImportIssue",
    "JobNote",
    "LinkGathering",
    "LinkUse",
    "OutboundLink",
    "ProblemReport",
    "QueueLength",
    "Release",
    "ReleaseFile",
    "SenderCount",
    "Slug",
    "Source",
    "StarterLoad",
    "State",
    "User",
    "Zip",
]
