"""One form for all text that enters: NFKC, no invisible characters, one newline per paragraph end.

Chinese sentence punctuation is kept full-width although NFKC would make it ASCII: these texts are shown to citizens.
"""

from __future__ import annotations

import re
import unicodedata

_KEPT = "，：；！？（）～…①-⑳"
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U000e0000-\U000e007f\U000e0100-\U000e01ef\ud800-\udfff]"
)
# Portals glue paragraphs together with two ideographic spaces; "第一章　　总则" is a spaced heading instead.
_GLUED_PARAGRAPH = re.compile("(?<![章节编条附总　\n])　{2,}")
_NEWLINES = re.compile("\r\n?|[\u0085\u2028\u2029\u000c]")
_SPACES = re.compile("[ \t\u000b]+")
_LINE_EDGES = re.compile(" ?\n ?")
_BLANK_LINES = re.compile("\n{3,}")
_FOLDED_RUN = re.compile(f"[^{_KEPT}]+")


def fold_text(raw: str) -> str:
    """NFKC text without control, bidi, zero-width and tag characters; at most one blank line between paragraphs."""
    text = _GLUED_PARAGRAPH.sub("\n", _NEWLINES.sub("\n", raw))
    text = _INVISIBLE.sub("", text)
    if not unicodedata.is_normalized("NFKC", text):
        text = _FOLDED_RUN.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    text = _LINE_EDGES.sub("\n", _SPACES.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def fold_line(raw: str) -> str:
    """``fold_text`` for a title or a cell: everything on one line."""
    return " ".join(fold_text(raw).split())


def has_substance(text: str) -> bool:
    """Whether a document says anything: at least six letters, digits or Han characters."""
    return sum(1 for char in text[:4000] if char.isalnum()) >= 6


def is_citable(text: str) -> bool:
    """Whether a piece says anything: more than a stray 总则, 续表 or （此页无正文）."""
    return len(text) > 24 or sum(1 for char in text if char.isalnum()) > 6
