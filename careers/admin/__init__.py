from . import articles, certifications, editions, occupations, records

__all__ = ["articles", "certifications", "editions", "occupations", "records"]
