"""Plain text: UTF-8 first, then what a byte order mark says, then GB 18030 as older official files have it."""

from __future__ import annotations

import codecs

from retrieval.ingestion.formats import Extract
from retrieval.ingestion.parsed import RejectReason, SourceRejected

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def extract_plain(data: bytes) -> Extract:
    """A text file as it stands; see ``decode_text`` for what is refused."""
    return Extract(decode_text(data))


def decode_text(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16/32 with a mark, or GB 18030.

    Raises:
        SourceRejected: binary data (``WRONG_TYPE``) or none of these encodings (``BAD_ENCODING``).
    """
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    if marked is None and b"\0" in data:
        raise SourceRejected(RejectReason.WRONG_TYPE, "文件里是二进制数据，不是文字。")
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or _reads_as_chinese(text):
            return text
    raise SourceRejected(RejectReason.BAD_ENCODING)


def _reads_as_chinese(text: str) -> bool:
    """GB 18030 decodes nearly any bytes; real text is mostly ASCII and common Han, not rare or private characters."""
    sample = [char for char in text[:20_000] if not char.isspace()]
    familiar = sum(
        1
        for char in sample
        if char.isascii()
        or "\u4e00" <= char <= "\u9fa5"
        or "\u3000" <= char <= "\u303f"
        or "\uff01" <= char <= "\uff5e"
    )
    return bool(sample) and familiar >= 0.9 * len(sample)
