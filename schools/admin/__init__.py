from . import accreditation, directory, fields, programs, records

__all__ = ["accreditation", "directory", "fields", "programs", "records"]
