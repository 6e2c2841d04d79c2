"""HTML: the main text that a reader sees. Scripts, frames, comments and whatever is styled away are dropped first."""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
import trafilatura
from lxml.html import HtmlElement

from retrieval.ingestion.dates import read_date
from retrieval.ingestion.formats import Extract
from retrieval.ingestion.parsed import RejectReason, SourceRejected
from retrieval.ingestion.tables import labelled_rows

_INVISIBLE_TAGS = ("script", "style", "noscript", "template", "iframe", "frame", "object", "embed", "applet", "svg")
_MEDIA_TAGS = ("math", "canvas", "audio", "video", "head")
_CONTROL_TAGS = ("button", "select", "option", "textarea", "input", "datalist", "dialog", "menu")
_AROUND_TAGS = ("nav", "footer", "aside")
_HIDDEN_STYLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0+)?(?:;|$)|font-size:0(?:px|pt|em|%)?(?:;|$)"
    r"|(?:text-indent|left|top|margin-left):-[0-9]{3,}|(?:^|;)(?:max-)?(?:height|width):0(?:px)?(?:;|$)|clip:rect\(0"
    r"|(?:^|;)color:(?:#fff(?:fff)?|white|transparent|rgba?\(255,255,255[^)]*\)|rgba\([^)]*,0\))(?:;|!|$)"
)
_HIDING_RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
_SIMPLE_SELECTOR = re.compile(r"^(?:[a-z0-9]+)?([.#])([\w-]+)$", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TEXT_BLOCKS = frozenset({"p", "li", "dd", "dt", "blockquote", "pre", "center"})
_CONTAINERS = frozenset({"div", "section", "article", "main", "table", "ul", "ol", "dl", "body"})
_BLOCKS = _HEADINGS | _TEXT_BLOCKS | _CONTAINERS
_MAX_COLUMNS, _MAX_SPAN = 60, 60
_LINES_COMPARED = 100
_MAIN_NAME = re.compile(r"(?:^|[-_ ])(?:main|content|article|detail|zoom|trs_editor)(?:$|[-_ ])", re.IGNORECASE)


def extract_html(data: bytes) -> Extract:
    """Visible main text of a page.

    Raises:
        SourceRejected: the bytes are not HTML, or show no text.
    """
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceRejected(RejectReason.WRONG_TYPE)
    html = trafilatura.utils.decode_file(data)
    if not re.search(
        r"<\s*(?:!doctype|html|body|head|div|p|table|span|h[1-6]|meta)[\s/>]", html[:20_000], re.IGNORECASE
    ):
        raise SourceRejected(RejectReason.WRONG_TYPE, "文件里没有网页标记。")
    page = _parse(html)
    found = trafilatura.bare_extraction(html, with_metadata=True, favor_recall=True, include_tables=True)
    hidden = _drop_unseen(page)
    main = _main_element(page, _fact(found, "text"))
    text = "\n".join(line for line in _lines_of(main) if line.strip())
    if not text:
        raise SourceRejected(RejectReason.EMPTY)
    warnings = (f"去掉了 {hidden} 处网页上看不见的内容",) if hidden else ()
    return Extract(text, _fact(found, "title"), read_date(_fact(found, "date")), warnings)


def _fact(found: object, name: str) -> str:
    return str(getattr(found, name, None) or "")


def _parse(html: str) -> HtmlElement:
    cleaned = re.sub(r"^\s*<\?xml[^>]*\?>", "", html)
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    page = lxml.html.document_fromstring(cleaned, parser=parser)
    body = page.find("body")
    return page if body is None else body


def _drop_unseen(page: HtmlElement) -> int:
    """Removes what no reader sees; returns how many pieces of *text* that took away (scripts do not count)."""
    hiding = _hiding_selectors(page.getroottree().getroot())
    for tag in [*_INVISIBLE_TAGS, *_MEDIA_TAGS, *_CONTROL_TAGS, *_AROUND_TAGS]:
        for element in list(page.iter(tag)):
            _drop(element)
    unseen = [element for element in page.iter() if isinstance(element.tag, str) and _is_unseen(element, hiding)]
    with_text = sum(1 for element in unseen if element.text_content().strip())
    for element in unseen:
        if element is not page:
            _drop(element)
    return with_text


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _hiding_selectors(root: HtmlElement) -> frozenset[str]:
    """Class and id selectors (``.x``, ``#x``) that the page's own style sheets hide."""
    rules = (rule for style in root.iter("style") for rule in _HIDING_RULE.findall(style.text or ""))
    hiding = set()
    for selectors, declarations in rules:
        if _hides(declarations):
            hiding |= {
                match[1] + match[2] for one in selectors.split(",") if (match := _SIMPLE_SELECTOR.match(one.strip()))
            }
    return frozenset(hiding)


def _hides(style: str) -> bool:
    compact = re.sub(r"\s+", "", style.lower())
    if "background" in compact:
        compact = re.sub(r"(?:^|;)color:[^;]*", ";", compact)
    return bool(_HIDDEN_STYLE.search(compact))


def _is_unseen(element: HtmlElement, hiding: frozenset[str]) -> bool:
    if element.get("hidden") is not None or _hides(element.get("style", "")):
        return True
    names = {f".{name}" for name in element.get("class", "").split()} | {f"#{element.get('id', '')}"}
    return bool(names & hiding)


def _main_element(page: HtmlElement, main_text: str) -> HtmlElement:
    """The narrowest element that holds nearly all lines trafilatura takes for the main text.

    Its own output is not used: it drops tables and lists at the end of an article, which are what a guide is about.
    """
    longest_first = sorted({line.strip() for line in main_text.split("\n")}, key=len, reverse=True)
    lines = {line for line in longest_first[:_LINES_COMPARED] if len(line) >= 12}
    element = _named_main(page)
    wanted = _mass(element, lines)
    while wanted:
        child = next((c for c in element if isinstance(c.tag, str) and _mass(c, lines) >= 0.95 * wanted), None)
        if child is None or child.tag in _TEXT_BLOCKS or child.tag not in _BLOCKS:
            break
        element = child
    return element


def _named_main(page: HtmlElement) -> HtmlElement:
    """The narrowest element called main, article or content that holds most of the page's text, else the page."""
    most = 0.6 * len(page.text_content())
    named = [
        element
        for element in page.iter("main", "article", "div", "section", "td")
        if (
            element.tag in ("main", "article")
            or _MAIN_NAME.search(f"{element.get('id', '')} {element.get('class', '')}")
        )
        and len(element.text_content()) >= most
    ]
    return min(named, key=lambda element: len(element.text_content()), default=page)


def _mass(element: HtmlElement, lines: set[str]) -> int:
    text = " ".join(element.text_content().split())
    return sum(len(line) for line in lines if " ".join(line.split()) in text)


def _lines_of(element: HtmlElement) -> Iterator[str]:
    """One line per block; headings, list items and table rows carry their mark."""
    if element.tag == "table":
        yield from _table_lines(element)
        return
    prefix = {"li": "- ", "dt": "- "}.get(element.tag, "")
    if element.tag in _HEADINGS:
        prefix = "#" * int(element.tag[1]) + " "
    inline = element.text or ""
    for child in element:
        if isinstance(child.tag, str) and (child.tag in _BLOCKS or child.find(".//table") is not None):
            yield prefix + inline if inline.strip() else ""
            yield from _lines_of(child)
            inline, prefix = "", ""
        elif child.tag in ("br", "hr"):
            yield prefix + inline if inline.strip() else ""
            inline, prefix = "", ""
        else:
            inline += _inline_text(child)
        inline += child.tail or ""
    yield prefix + " ".join(inline.split()) if inline.strip() else ""


def _inline_text(element: HtmlElement) -> str:
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return str(element.text_content())


def _table_lines(table: HtmlElement) -> Iterator[str]:
    """Rows with their header; a table that holds tables only lays out the page and is read as blocks."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    if table.find(".//table//table") is not None or any(row.find(".//table") is not None for row in rows):
        for row in rows:
            for cell in row:
                yield from _lines_of(cell)
        return
    yield from labelled_rows(_grid(rows))


def _grid(rows: list[HtmlElement]) -> list[list[str]]:
    """Cell texts with row and column spans written out."""
    grid: list[list[str]] = []
    carried: dict[int, tuple[int, str]] = {}
    for row in rows:
        cells: list[str] = []
        sources = [cell for cell in row if cell.tag in ("td", "th")]
        while (sources or len(cells) in carried) and len(cells) < _MAX_COLUMNS:
            column = len(cells)
            if column in carried:
                left, text = carried.pop(column)
                if left > 1:
                    carried[column] = (left - 1, text)
                cells.append(text)
                continue
            cell = sources.pop(0)
            text = " ".join(str(cell.text_content()).split())
            down = _span(cell, "rowspan")
            for offset in range(_span(cell, "colspan")):
                if down > 1:
                    carried[column + offset] = (down - 1, text)
                cells.append(text)
        grid.append(cells)
    return grid


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1
