"""Works out the facts of a document: where it holds, what kind it is, its number, when it is law."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date

from retrieval.contracts import Document, Validity
from retrieval.ingestion.dates import last_adoption, lifetime_of, read_date, repealed_titles, signature_date
from retrieval.ingestion.normalise import fold_line, fold_text
from retrieval.ingestion.parsed import ParsedDocument
from retrieval.ingestion.tables import label_pipe_tables
from retrieval.ingestion.unglue import unglue

_NATIONAL = frozenset({"", "全国", "中国", "国家", "中央", "中华人民共和国"})
_MUNICIPALITIES = ("北京", "上海", "天津", "重庆")
_AUTONOMOUS = {
    "内蒙古": "内蒙古自治区",
    "广西": "广西壮族自治区",
    "西藏": "西藏自治区",
    "宁夏": "宁夏回族自治区",
    "新疆": "新疆维吾尔自治区",
    "香港": "香港特别行政区",
    "澳门": "澳门特别行政区",
}
_PROVINCES = re.compile(
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南"
    "|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾"
)
_STATUTE_LEVELS = re.compile("法律|法规|规章|司法解释|宪法|民法|刑法|行政法|经济法|社会法|诉讼")
_NUMBER_AT_LINE_START = re.compile(
    r"(?:^|\n)([\u4e00-\u9fff]{1,16}[〔\[(（](?:19|20)[0-9]{2}[〕\])）]\s?第?[0-9]{1,5}号)", re.MULTILINE
)
_NAMES_ANOTHER_TEXT = re.compile("解读|答记者问|问答|报告|说明|起草")
_TITLE_CHARS = 80


def canonical_region(name: str | None) -> str | None:
    """北京 → 北京市, 河北 → 河北省, 全国 → ``None`` (national). Narrower places are kept: 北京市朝阳区."""
    place = fold_line(name or "")
    if place in _NATIONAL:
        return None
    if place in _MUNICIPALITIES:
        return f"{place}市"
    if _PROVINCES.fullmatch(place):
        return f"{place}省"
    return _AUTONOMOUS.get(place, place)


def document_id_for(location: str) -> str:
    """An opaque id for a file that names none, stable as long as the file stays where it is."""
    return "file-" + hashlib.blake2b(location.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def describe_row(row: Mapping[str, object], raw_text: str, *, structure: bool = True) -> ParsedDocument:
    """A corpus row ``{id, title, date, level, region, dept, info, …}`` with its text."""
    text = structured(raw_text) if structure else raw_text
    level, title = _text_of(row, "level") or None, fold_line(_text_of(row, "title")) or title_from(text)
    statute = bool(level and _STATUTE_LEVELS.search(level))
    signed = None if statute else signature_date(text)
    # Some rows carry the date of an older version; their history knows better.
    dates = [read_date(_text_of(row, "date")), last_adoption(_text_of(row, "info"))]
    promulgated = signed or max((day for day in dates if day), default=None)
    return describe_text(
        text,
        document_id=_text_of(row, "id"),
        title=title,
        region=_text_of(row, "region"),
        level=level,
        kind=_kind_of(title, statute),
        issuer=_text_of(row, "dept") or None,
        promulgated=promulgated,
    )


def structured(raw: str) -> str:
    """Raw text as ``ParsedDocument.text`` holds it: folded, one clause a line, tables row by row."""
    return unglue(label_pipe_tables(fold_text(raw)))


def describe_text(
    text: str,
    *,
    document_id: str,
    title: str,
    region: str | None = None,
    level: str | None = None,
    kind: str | None = None,
    issuer: str | None = None,
    promulgated: date | None = None,
    warnings: tuple[str, ...] = (),
) -> ParsedDocument:
    """A document of folded, unglued text; what is not given is read from the text where it says so plainly."""
    lifetime = lifetime_of(text, promulgated or signature_date(text))
    document = Document(
        id=document_id,
        title=title,
        kind=kind or _kind_of(title, statute=False),
        level=level,
        region=canonical_region(region),
        issuer=issuer,
        document_number=document_number_of(text),
        validity=Validity(lifetime.effective_from, lifetime.repealed_on),
    )
    repeals = () if _NAMES_ANOTHER_TEXT.search(title) else repealed_titles(title, text)
    return ParsedDocument(document, text, repeals=repeals, warnings=warnings)


def document_number_of(text: str) -> str | None:
    """The 文号 that stands alone at the head of a notice, not one that it refers to."""
    match = _NUMBER_AT_LINE_START.search(text[:600])
    return re.sub(r"\s", "", match[1]) if match else None


def title_from(text: str, fallback: str = "") -> str:
    """The title of a text that gives none apart: its first line up to a blank or full stop, if it is short enough."""
    first = text.split("\n", 1)[0].lstrip("# ").strip()
    head = first if len(first) <= _TITLE_CHARS and "，" not in first else first.split(" ", 1)[0]
    return head if 4 <= len(head) <= _TITLE_CHARS and head[-1] not in "。；，" else fallback or first[:40]


def _kind_of(title: str, statute: bool) -> str:
    if statute:
        return "regulation"
    return "plan" if re.search(r"(?:行动计划|规划|工作方案)(?:[（(].*[）)])?$", title) else "notice"


def _text_of(row: Mapping[str, object], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""
