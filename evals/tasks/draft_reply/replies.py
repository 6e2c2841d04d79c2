"""Replies that offices really gave, as cases: their sentences are the log, and what must not pass is the same sentence with a
figure changed.

Nobody said where each sentence belongs, so places are not judged; nor are laws.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

SENTENCES = 20
_SENTENCE = re.compile(r"[^。！？!?\n]+")
_FIGURE = re.compile(r"[0-9]+")
_POLITE = re.compile("您好|你好|感谢|谢谢|祝您|收悉|网友")
_SHORT, _LONG = 10, 160

Row = Mapping[str, Any]


def case_of_reply(row: Row) -> Row:
    """A row ``{id, title, content, reply}`` in the form of ``evals.tasks.draft_reply.cases``."""
    told = sentences_of(str(row["reply"]))
    claims = [claim for text in told for claim in _claims(text)]
    log = [{"part": None, "text": text} for text in told]
    return {"id": row["id"], "title": str(row["title"]), "category": "", "log": log, "claims": claims}


def sentences_of(reply: str) -> list[str]:
    """The first ``SENTENCES`` that tell something: no greetings, no fragments, none without end."""
    found = (match[0].strip() for match in _SENTENCE.finditer(reply))
    told = dict.fromkeys(text for text in found if _SHORT <= len(text) <= _LONG and not _POLITE.search(text))
    return list(told)[:SENTENCES]


def _claims(text: str) -> list[Row]:
    """The sentence itself, which its own words support, and one with its first figure raised by one, which nothing supports."""
    own = {"part": "found", "on": text, "text": text, "supported": True}
    figure = _FIGURE.search(text)
    if figure is None:
        return [own]
    raised = str(int(figure[0]) + 1).zfill(len(figure[0]))
    return [own, {**own, "text": text[: figure.start()] + raised + text[figure.end() :], "supported": False}]
