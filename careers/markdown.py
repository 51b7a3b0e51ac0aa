"""Limited Markdown to HTML: sanitised first, then figures become trusted HTML.

The editor's text never meets the page unescaped: HTML in it is text, the result
passes an allowlist, and only then are the figures put where their tokens stood.
"""

import logging
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

import nh3
from django.utils.html import SafeString, format_html
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token as Piece

from careers.figures import TOKEN
from portal.constraints import CONTROL, WEB_ADDRESS

log = logging.getLogger(__name__)

TEXT_TAGS = {"p", "h3", "ul", "ol", "li", "a", "strong", "em", "blockquote", "sup", "sub"}
TAGS = TEXT_TAGS | {"table", "caption", "thead", "tbody", "tr", "th", "td"}
NOT_AVAILABLE = mark_safe('<span class="unknown">figure not available</span>')
# A figure's place (v: its value, m: its mark) while the text is sanitised. Nobody can type one: these signs are
# taken out of the text first.
OPEN, CLOSE = "\ue000", "\ue001"
PLACE = re.compile(f"{OPEN}([vm])([0-9]+){CLOSE}")
LEFT_OVER = re.compile(r"\[\[[^\[\]<]*(\]\])?")
SITE_RELATIVE = re.compile(r"/(?![/\\])[^\s\\]*|#[A-Za-z0-9_-]+")

# A written figure (what stood in the brackets) as its value and its footnote mark.
Show = Callable[[str], tuple[SafeString, SafeString]]


def is_good_address(url: str) -> bool:
    """http or https with a dotted host and no user name, or a place on this site."""
    plain = unquote(url)
    if re.search(CONTROL, plain) or "\\" in plain:
        return False
    return bool(SITE_RELATIVE.fullmatch(url) or re.fullmatch(WEB_ADDRESS.strip("^$"), url))


def _marks_after_links(state: StateCore) -> None:
    """A figure keeps its value and its footnote mark together; in a link the mark, a link itself, waits for the end."""
    for block in state.tokens:
        pieces, waiting, depth = [], "", 0
        for piece in block.children or []:
            depth += (piece.type == "link_open") - (piece.type == "link_close")
            if piece.type == "text":
                places = PLACE.findall(piece.content)
                marks = "".join(f"{OPEN}m{number}{CLOSE}" for _, number in places)
                if depth:
                    waiting += marks
                else:
                    piece.content = PLACE.sub(rf"\g<0>{OPEN}m\2{CLOSE}", piece.content)
            pieces.append(piece)
            if waiting and not depth:
                pieces.append(Piece("text", "", 0, content=waiting))
                waiting = ""
        if block.children:
            block.children = pieces


def _make_decent(state: StateCore) -> None:
    """Headings one step below a section's, table headings with scope, right-aligned columns as numbers."""
    in_head, first = False, False
    for piece in state.tokens:
        if piece.type in ("heading_open", "heading_close"):
            piece.tag = "h3"
        elif piece.type in ("thead_open", "thead_close"):
            in_head = piece.type == "thead_open"
        elif piece.type == "tr_open":
            first = True
        elif piece.type in ("th_open", "td_open"):
            attrs = {"class": "num"} if "right" in str(piece.attrs.get("style", "")) else {}
            if in_head or first:
                piece.tag = "th"
                attrs["scope"] = "col" if in_head else "row"
            piece.attrs = attrs
        elif piece.type == "td_close" and first:
            piece.tag, first = "th", False
        for inner in piece.children or []:
            if inner.type == "link_open":
                external = str(inner.attrs.get("href", "")).startswith("http")
                inner.attrs = {"href": inner.attrs.get("href", "")} | ({"rel": "noopener"} if external else {})


def _parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(["table", "smartquotes"])
    markdown.disable(["code", "fence", "backticks", "image", "hr", "html_block", "html_inline", "reference"])
    markdown.validateLink = is_good_address
    markdown.core.ruler.push("marks", _marks_after_links)
    markdown.core.ruler.push("decent", _make_decent)
    return markdown


MARKDOWN = _parser()


def links_in(text: str) -> Iterator[tuple[str, str]]:
    """Words and address of each link, as the page would print them. A figure in the words reads “figure”."""
    for block in MARKDOWN.parse(TOKEN.sub("figure", text)):
        words, address, depth = "", "", 0
        for piece in block.children or []:
            if piece.type == "link_open":
                words, address, depth = "", str(piece.attrs.get("href", "")), depth + 1
            elif piece.type == "link_close":
                depth -= 1
                yield words.strip(), address
            elif depth:
                words += piece.content


def sanitise(html: str) -> str:
    """HTML with nothing in it but the few elements articles are made of. Twice changes nothing more."""
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes={"a": {"href", "rel"}, "th": {"scope"}},
        allowed_classes={"th": {"num"}, "td": {"num"}},
        attribute_filter=_only_good_addresses,
        url_schemes={"http", "https"},
        link_rel=None,
    )


def _only_good_addresses(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href" and not is_good_address(value):
        return None
    if attribute == "rel" and value != "noopener":
        return None
    return value


def _show_nothing(written: str) -> tuple[SafeString, SafeString]:
    return NOT_AVAILABLE, SafeString()


def render(text: str, show: Show = _show_nothing, label: str = "") -> SafeString:
    """Markdown as HTML for a page; ``show`` gives each figure its HTML, ``label`` names the text's tables."""
    written: list[str] = []

    def set_aside(token: re.Match) -> str:
        written.append(" ".join(token[1].split()))
        return f"{OPEN}v{len(written) - 1}{CLOSE}"

    text = TOKEN.sub(set_aside, text.replace(OPEN, "").replace(CLOSE, ""))
    html = LEFT_OVER.sub(_left_over, sanitise(MARKDOWN.render(text)))
    shown = [show(figure) for figure in written]
    html = PLACE.sub(lambda place: shown[int(place[2])][place[1] == "m"], html)
    return mark_safe(_scrollable(html, label))  # sanitised above; figures are the site's own markup


def _left_over(match: re.Match) -> str:
    """A token that Markdown did not see, because somebody escaped or never closed it, is not shown raw either."""
    log.warning("A figure stands in the text unread: %s", match[0][:80])
    return NOT_AVAILABLE


def _scrollable(html: str, label: str) -> str:
    """Each table in a region that scrolls sideways by keyboard too, with a name of its own."""
    count = 0

    def wrap(match: re.Match) -> str:
        nonlocal count
        count += 1
        name = f"Table {count}" if count > 1 else "Table"
        opening = '<div class="scroll" role="region" tabindex="0" aria-label="{}">'
        return format_html(opening, f"{name}: {label}" if label else name) + match[0] + "</div>"

    return re.sub(r"<table>.*?</table>", wrap, html, flags=re.DOTALL)
