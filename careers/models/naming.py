"""Records that articles name: they are on the site as long as an article there names them."""

from django.db import models

from careers.search import best_first, vector


class NamedQuerySet(models.QuerySet):
    """Of a model whose rows editions name, and which is reached back from there as ``editions``."""

    def published(self):
        """Named by a published article's live edition, so that no draft is told of before its time."""
        from .articles import Article  # articles name these records, not the other way round

        named = self.model._default_manager.filter(editions__live_of__in=Article.objects.published())
        return self.filter(pk__in=named.order_by().values("pk"))


class CredentialQuerySet(NamedQuerySet):
    def search(self, text: str):
        """Those with these words in acronym, name or who gives them; best first."""
        words = vector("acronym", "A") + vector("name", "A") + vector("body", "C")
        return best_first(self, text, words, ("name",), "name")
