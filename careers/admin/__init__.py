from . import articles, certifications, cited, editions, occupations, records, rereading

__all__ = ["articles", "certifications", "cited", "editions", "occupations", "records", "rereading"]
