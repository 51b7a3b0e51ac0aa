"""Records that articles name: they are on the site as long as an article there names them."""

from django.db import models


class NamedQuerySet(models.QuerySet):
    """Of a model whose rows editions name, and which is reached back from there as ``editions``."""

    def published(self):
        """Named by a published article's live edition, so that no draft is told of before its time."""
        from .articles import Article  # articles name these records, not the other way round

        return self.filter(editions__live_of__in=Article.objects.published()).distinct()
