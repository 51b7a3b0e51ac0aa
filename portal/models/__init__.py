from .accounts import User
from .attention import QueueLength
from .jobs import JobNote
from .letters import Letter
from .links import HostVisit, LinkGathering, LinkUse, OutboundLink
from .places import Area, State, Zip
from .rehearsals import AffectedPage, Rehearsal, StagedFrom, Upload, UploadedFile
from .releases import Fact, FactQuerySet, ImportIssue, Release, ReleaseFile, Source
from .reports import ProblemReport, SenderCount
from .slugs import Slug
from .starter import StarterLoad
from .versions import ContentVersion

__all__ = [
    "AffectedPage",
    "Area",
    "ContentVersion",
    "Fact",
    "FactQuerySet",
    "HostVisit",
    "ImportIssue",
    "JobNote",
    "Letter",
    "LinkGathering",
    "LinkUse",
    "OutboundLink",
    "ProblemReport",
    "QueueLength",
    "Rehearsal",
    "Release",
    "ReleaseFile",
    "SenderCount",
    "Slug",
    "Source",
    "StagedFrom",
    "StarterLoad",
    "State",
    "Upload",
    "UploadedFile",
    "User",
    "Zip",
]
