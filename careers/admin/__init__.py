from . import articles, certifications, cited, editions, occupations, records, rereading, trade

__all__ = ["articles", "certifications", "cited", "editions", "occupations", "records", "rereading", "trade"]
