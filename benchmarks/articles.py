"""A thousand articles with ten figures each: what a page costs beside its template alone, and what linting all takes.

In a database of its own with the real starter. Three things by turns in this process: the page made anew, as whoever
asks first gets it; the same asked for again, through all middleware; the template alone, which writes what was found
before.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from itertools import cycle

from psycopg.sql import SQL, Identifier

from benchmarks.clock import Clock
from benchmarks.data import ROOT, connect, found, recipe

NAME, ARTICLES, FIGURES = "bench_articles", 1_000, 10
ROUNDS, SAMPLE = 10, 20  # times that each of so many articles is made
REAL = "medical-case-manager"  # of the starter, with everything an article can hold
WORDS = "You meet people, learn what they need, and see that it gets done. Some days are long. "


def measure() -> None:
    """Prints the ratio, the number of queries and the seconds of linting, with what was promised."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_DATABASE": NAME}
    with connect("postgres") as server:
        wanted = f"{recipe()} {ARTICLES}"
        if found(server, NAME) != wanted:
            server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(NAME)))
            server.execute(SQL("CREATE DATABASE {}").format(Identifier(NAME)))
            subprocess.run([sys.executable, "manage.py", "prepare", "--quiet"], cwd=ROOT, env=environment, check=True)
            subprocess.run([sys.executable, "-m", "benchmarks.articles", "fill"], cwd=ROOT, env=environment, check=True)
            server.execute(SQL("COMMENT ON DATABASE {} IS {}").format(Identifier(NAME), wanted))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.articles"], cwd=ROOT, env=environment, check=True, text=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    told = json.loads(done.stdout)
    print(f"\n{told['articles']:,} articles of {FIGURES} figures each")
    times = {name: f"{told[name] * 1000:.2f} ms" for name in ("page", "again", "template")}
    print(f"  page made anew {times['page']}, asked for again {times['again']}, template alone {times['template']}")
    real = f"{told['real_page'] * 1000:.3g} ms, {told['real']:.3g}×"
    print(f"  {REAL}, with degrees and schools besides, made anew: {real} its template alone")
    for words, value, most, unit in (
        ("an article page, asked for again, beside its template alone", told["ratio"], 1.5, "×"),
        ("the same for whoever asks first", told["first"], 1.5, "×"),
        ("queries of an article page", told["queries"], 12, ""),
        ("linting all of them", told["lint"], 60, " s"),
    ):
        print(f"  {'kept    ' if value <= most else 'NOT KEPT'} {words}: {value:.3g}{unit} (≤ {most}{unit})")


def fill() -> None:
    """The articles, each about two occupations, with a table and five sections."""
    from django.db import connection, transaction
    from django.utils import timezone

    from careers.models import (
        Article,
        Attribute,
        Cell,
        Citation,
        Edition,
        EditionOccupation,
        Occupation,
        Pathway,
        Section,
    )

    occupations = list(Occupation.objects.published().with_a_way_in())
    today, now = timezone.localdate(), timezone.now()
    with transaction.atomic():
        articles = Article.objects.bulk_create(Article(slug=f"example-{n}") for n in range(ARTICLES))
        editions = Edition.objects.bulk_create(
            Edition(article=article, title=f"How does example {n} work?", summary=WORDS * 2, author="A benchmark")
            for n, article in enumerate(articles)
        )
        pairs = [(one, occupations[n % len(occupations)], occupations[(n + 1) % len(occupations)])
                 for n, one in enumerate(editions)]  # fmt: skip
        EditionOccupation.objects.bulk_create(
            EditionOccupation(edition=one, occupation=about, position=place)
            for one, *both in pairs for place, about in enumerate(both)
        )  # fmt: skip
        Citation.objects.bulk_create(
            Citation(edition=one, title="A source", publisher="P", url="https://example.org/", accessed_on=today)
            for one in editions
        )
        Section.objects.bulk_create(
            Section(
                edition=one, heading=f"What about {place}?", anchor=f"part-{place}", position=place,
                body=f"{WORDS * 4}\n\nIt pays [[wage {first.soc} median US]] and grows by [[growth {second.soc}]].",
            )
            for one, first, second in pairs for place in range(4)
        )  # fmt: skip
        ways = Pathway.objects.bulk_create(
            Pathway(edition=one, name=about.title[:80], occupation=about, scope=f"all of {about.title}"[:160],
                    position=place)
            for one, *both in pairs for place, about in enumerate(both)
        )  # fmt: skip
        rows = Attribute.objects.bulk_create(
            Attribute(edition=one, label="Median pay", kind=Attribute.Kind.WAGE) for one in editions
        )
        of_edition = {row.edition_id: row for row in rows}
        Cell.objects.bulk_create(
            Cell(pathway=way, attribute=of_edition[way.edition_id], figure=f"wage {way.occupation.soc} median US")
            for way in ways
        )
        for article, edition in zip(articles, editions, strict=True):
            article.live, article.published_at = edition, now
        Article.objects.bulk_update(articles, ["live", "published_at"])
        Edition.objects.filter(pk__in=[one.pk for one in editions]).update(stage=Edition.Stage.PUBLISHED)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def run() -> dict[str, float]:
    from django.db import connection
    from django.shortcuts import render
    from django.test import Client, RequestFactory
    from django.test.utils import CaptureQueriesContext

    from careers.article_page import ArticlePage
    from careers.lint import lint_many
    from careers.models import Article, Edition
    from careers.views.articles import article_detail, context_of
    from portal.models import ContentVersion

    version, template = ContentVersion.now(), "careers/articles/article_detail.html"
    chosen = list(Article.objects.readable().filter(slug__startswith="example-").order_by("slug")[:SAMPLE])
    requests = [RequestFactory().get(article.get_absolute_url()) for article in chosen]
    contexts = [context_of(ArticlePage(article, 1, "", version)) for article in chosen]
    for request, context in zip(requests, contexts, strict=True):
        render(request, template, context)  # what the page finds late is found now
    with CaptureQueriesContext(connection) as captured:
        article_detail(RequestFactory().get("/"), REAL)
    queries = len(captured)
    asked = RequestFactory().get(f"/careers/{REAL}/")
    real = context_of(ArticlePage(Article.objects.readable().get(slug=REAL), 1, "", version))
    render(asked, template, real)
    clock, client, turns = Clock(), Client(SERVER_NAME="localhost"), cycle(range(SAMPLE))
    for _ in range(ROUNDS * SAMPLE):
        at = next(turns)
        began = time.perf_counter()
        article_detail(requests[at], chosen[at].slug)
        between = time.perf_counter()
        render(requests[at], template, contexts[at])
        clock.add("page", at, between - began)
        clock.add("template", at, time.perf_counter() - between)
        client.get(chosen[at].get_absolute_url())  # so that it is kept, whatever happened meanwhile
        began = time.perf_counter()
        answer = client.get(chosen[at].get_absolute_url())
        clock.add("again", at, time.perf_counter() - began)
        if answer.status_code != 200 or chosen[at].live.title not in answer.content.decode():
            sys.exit(f"{chosen[at]} was not shown: {answer.status_code}. Nothing was measured.")
    for turn in range(ROUNDS):
        began = time.perf_counter()
        article_detail(asked, REAL)
        between = time.perf_counter()
        render(asked, template, real)
        clock.add("real page", turn, between - began)
        clock.add("real template", turn, time.perf_counter() - between)
    editions = list(Edition.objects.filter(live_of__isnull=False).select_related("article"))
    began = time.perf_counter()
    lint_many(editions)
    lint = time.perf_counter() - began
    return {
        "articles": Article.objects.count(),
        "queries": queries,
        "lint": lint,
        "ratio": clock.ratio("again", "template"),
        "first": clock.ratio("page", "template"),
        "real": clock.ratio("real page", "real template"),
        "real_page": statistics.median(clock.of("real page")),
        **{name: statistics.median(clock.of(name)) for name in ("page", "again", "template")},
    }


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1:] == ["fill"]:
        fill()
    else:
        print(json.dumps(run()))
