from . import accreditation, claims, directory, fields, programs, records

__all__ = ["accreditation", "claims", "directory", "fields", "programs", "records"]
