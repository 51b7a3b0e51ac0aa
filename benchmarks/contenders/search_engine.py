"""tantivy, a search engine as a library in this process: fast columns, exact words, rows from its own store.

It knows no distances, so requests with a radius are not for it; and it ranks a search
its own way, so of those only numbers are compared, not the page.
"""

import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.rows import PER_PAGE, SHOWN, SORTS, Answer, Ask, Table, sort_column, translated
from portal.facets import Counts


class SearchEngine:
    def __init__(self, table: Table, home: Path):
        import tantivy  # from the rivals' environment

        self.tantivy, self.table = tantivy, table
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", tokenizer_name="raw", index_option="freq")
        for column in [*table.columns, *(sort_column(sort) for sort in SORTS)]:
            builder.add_unsigned_field(column, indexed=True, fast=True)
        for name in SHOWN:
            builder.add_text_field(f"shown_{name}", stored=True, tokenizer_name="raw")
        self.schema = builder.build()
        signature = home / "signature"
        if not signature.exists() or signature.read_text() != table.signature():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(parents=True)
            self._build(tantivy.Index(self.schema, path=str(home)))
            signature.write_text(table.signature())
        self.index = tantivy.Index(self.schema, path=str(home))
        self.index.reload()
        self.searcher = self.index.searcher()
        self.aggregations = {
            column: {"terms": {"field": column, "size": len(keys) + 1}}
            for column, keys in zip(table.columns, table.keys, strict=True)
        }

    def _build(self, index: Any) -> None:
        writer = index.writer(256_000_000, 1)
        for row in self.table.rows():
            document = self.tantivy.Document()
            for word in row.words:
                document.add_text("words", word)
            for column, code in zip(self.table.columns, row.keys, strict=True):
                document.add_unsigned(column, code)
            for sort, place in zip(SORTS, row.places, strict=True):
                document.add_unsigned(sort_column(sort), place)
            for name, value in zip(SHOWN, row.shown, strict=True):
                if value is not None:
                    document.add_text(f"shown_{name}", str(value))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    @staticmethod
    def takes(ask: Ask) -> bool:
        return ask.near is None

    # Queries ---------------------------------------------------------------------------------------

    def _all(self, parts: Sequence[Any]) -> Any:
        must = self.tantivy.Occur.Must
        return self.tantivy.Query.boolean_query([(must, part) for part in parts])

    def _any(self, parts: Sequence[Any]) -> Any:
        should = self.tantivy.Occur.Should
        return self.tantivy.Query.boolean_query([(should, part) for part in parts])

    def _word(self, word: str, is_beginning: bool) -> Any:
        if is_beginning:
            return self.tantivy.Query.regex_query(self.schema, "words", f"{word}.*")
        return self.tantivy.Query.term_query(self.schema, "words", word)

    def _query(self, ask: Ask, left_out: str = "") -> Any:
        parts = [translated(ask.words, self._word, self._all, self._any)] if ask.words else []
        for name, values in ask.chosen.items():
            if name != left_out:
                column = self.table.columns[self.table.column_of[name]]
                codes = self.table.codes(name, values)
                parts.append(self.tantivy.Query.term_set_query(self.schema, column, codes))
        if not parts:
            return self.tantivy.Query.all_query()
        return parts[0] if len(parts) == 1 else self._all(parts)

    def _sums(self, query: Any, columns: Sequence[str]) -> dict[str, dict[int, int]]:
        asked = {column: self.aggregations[column] for column in columns}
        found = self.searcher.aggregate(query, asked)
        return {
            column: {int(bucket["key"]): bucket["doc_count"] for bucket in found[column]["buckets"]}
            for column in columns
        }

    def answer(self, ask: Ask) -> Answer:
        query, order = self._query(ask), {}
        if not ask.text or ask.sort:
            order = {"order_by_field": sort_column(ask.sort), "order": self.tantivy.Order.Asc}
        found = self.searcher.search(query, limit=PER_PAGE, offset=ask.start, count=True, **order)
        rows = [self.searcher.doc(address).to_dict() for _, address in found.hits]
        sums = self._sums(query, self.table.columns)
        options = {}
        for facet in self.table.facets:
            column = self.table.columns[self.table.column_of[facet.name]]
            numbers: dict[int, int] = defaultdict(int, sums[column])
            if facet.name in ask.chosen:
                numbers = defaultdict(int, self._sums(self._query(ask, facet.name), [column])[column])
            options[facet.name] = self.table.told(facet.name, numbers)
        return Answer(Counts(found.count, options, {}), [int(row["shown_program_id"][0]) for row in rows])
