from .accounts import User
from .places import Area, State, Zip
from .releases import Fact, FactQuerySet, ImportIssue, Release, ReleaseFile, Source
from .slugs import Slug
from .starter import StarterLoad
from .versions import ContentVersion

__all__ = [
    "Area",
    "ContentVersion",
    "Fact",
    "FactQuerySet",
    "ImportIssue",
    "Release",
    "ReleaseFile",
    "Slug",
    "Source",
    "StarterLoad",
    "State",
    "User",
    "Zip",
]
