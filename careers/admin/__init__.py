from . import articles, certifications, cited, editions, occupations, records

__all__ = ["articles", "certifications", "cited", "editions", "occupations", "records"]
