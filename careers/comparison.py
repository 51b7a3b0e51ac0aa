"""The at-a-glance table of an article: its ways in, side by side."""

from collections.abc import Iterable, Sequence

from django.utils.html import SafeString, format_html, format_html_join

from careers.figures import NATION, WAGE, tokens_in
from careers.footnotes import Figures
from careers.models import Attribute, Cell, Edition


def cells_of(edition: Edition) -> list[Cell]:
    """Every cell with its row, its column and the column's occupation, row by row; one query."""
    cells = Cell.objects.filter(pathway__edition=edition).select_related("attribute", "pathway__occupation")
    return list(cells.order_by("attribute__position", "pathway__position"))


def in_state(cells: list[Cell], state: str) -> list[Cell]:
    """The same cells with the nation's wages exchanged for a state's; ``state`` is a postal code, or empty."""
    if state:
        for cell in cells:
            words = cell.figure.split()
            if words[:1] == [WAGE] and words[-1] == NATION:
                cell.figure = " ".join([*words[:-1], state])
    return cells


def figures_in(cells: Iterable[Cell]) -> Iterable[str]:
    """The tokens of the table, as written."""
    for cell in cells:
        yield from tokens_in(cell.text)
        yield from tokens_in(cell.note)
        if cell.figure:
            yield cell.figure


def scopes_of(cells: Iterable[Cell]) -> dict[str, str]:
    """By SOC code, whom its figures cover, where a pathway says that they cover more than itself.

    Several pathways of one occupation each say it in their own words; what they agree on
    comes before the comma.
    """
    said: dict[str, dict[str, None]] = {}
    for cell in cells:
        if cell.pathway.occupation and cell.pathway.scope:
            said.setdefault(cell.pathway.occupation.soc, {})[cell.pathway.scope] = None
    return {
        soc: next(iter(scopes)) if len(scopes) == 1 else "; ".join(dict.fromkeys(one.split(",")[0] for one in scopes))
        for soc, scopes in said.items()
    }


def table_of(cells: Sequence[Cell], figures: Figures) -> dict[str, list] | None:
    """Headings and rows for the ``stacked_table`` tag; None when nothing was compared."""
    if not cells:
        return None
    pathways = {cell.pathway_id: cell.pathway for cell in sorted(cells, key=lambda cell: cell.pathway.position)}
    columns = {pk: place for place, pk in enumerate(pathways, start=1)}
    rows: dict[int, list] = {}
    for cell in cells:
        row = rows.setdefault(cell.attribute_id, [cell.attribute.label, *([""] * len(pathways))])
        row[columns[cell.pathway_id]] = _printed(cell, figures)
    return {"headings": ["", *(pathway.name for pathway in pathways.values())], "rows": list(rows.values())}


def _printed(cell: Cell, figures: Figures) -> SafeString:
    """Figure with its mark, words, and below them whom a wage covers and the editor's note."""
    is_wage = cell.attribute.kind == Attribute.Kind.WAGE
    figure = mark = ""
    if cell.figure:
        figure, mark = figures.show(cell.figure, prose=False)
        if is_wage and "<data" in figure:
            figure = format_html("{} a year", figure)
    hints = [cell.pathway.scope] if is_wage and cell.figure and cell.pathway.scope else []
    hints += [figures.in_text(cell.note)] if cell.note else []
    return format_html(
        "<div>{}{}{}{}{}</div>",
        figure,
        mark,
        " " if figure and cell.text else "",
        figures.in_text(cell.text),
        format_html_join("", ' <span class="hint">{}</span>', ((hint,) for hint in hints)),
    )
