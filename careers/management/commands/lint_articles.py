import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from careers.lint import lint_many
from careers.models import Article, Edition


class Command(BaseCommand):
    """Hold articles to the rules of careers.lint: live editions and drafts, or only one kind. Fails on errors."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("slugs", nargs="*", help="Only these articles.")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--live", action="store_true", help="Only what is published.")
        which.add_argument("--drafts", action="store_true", help="Only drafts.")
        parser.add_argument("--errors", action="store_true", help="Leave warnings out.")

    def handle(self, *args: Any, slugs: list[str], live: bool, drafts: bool, errors: bool, **options: Any) -> None:
        began = time.monotonic()
        published = Article.objects.published().values("live")
        wanted = Q(pk__in=published) if live else Q(draft_of__isnull=False) if drafts else None
        editions = Edition.objects.filter(wanted or Q(pk__in=published) | Q(draft_of__isnull=False))
        if slugs:
            if missing := set(slugs) - set(Article.objects.filter(slug__in=slugs).values_list("slug", flat=True)):
                raise CommandError(f"No article has the address {', '.join(sorted(missing))}.")
            editions = editions.filter(article__slug__in=slugs)
        editions = list(editions.select_related("article").order_by("article__slug", "pk"))
        found = lint_many(editions)
        wrong = 0
        for edition in editions:
            shown = [finding for finding in found[edition.pk] if finding.is_error or not errors]
            wrong += sum(finding.is_error for finding in shown)
            if shown:
                kind = "" if edition.article.live_id == edition.pk else " (draft)"
                self.stdout.write(f"{edition.article.slug}{kind}")
            for finding in shown:
                self.stdout.write(f"  {finding.severity:8}{finding.code:24}{finding}")
        seconds = time.monotonic() - began
        self.stdout.write(f"{len(editions)} read in {seconds:.1f} s, {wrong} {'error' if wrong == 1 else 'errors'}.")
        if wrong:
            raise CommandError("Mend the errors above; nothing with an error can be published.")
