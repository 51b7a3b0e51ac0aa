from . import articles, cited, credentials, editions, facts, occupations, records, rereading

__all__ = ["articles", "cited", "credentials", "editions", "facts", "occupations", "records", "rereading"]
