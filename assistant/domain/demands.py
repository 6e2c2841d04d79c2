"""Several demands in one call: one order each, because each may belong to another unit."""

from __future__ import annotations

import re

MIN_CHARS = 8
MAX_DEMANDS = 6

_BREAK = re.compile(
    r"(?<=[。！？!?；;，,\n])\s*(?=(?:另外|还有(?:一个|一件|个)|还有就是|第[一二三四五六][个件点是，、,]"
    r"|[一二三四五六]是|其[一二三四]|再(?:一个|有一)|顺便(?:再|问|反映|说)|此外|除此之外|同时(?:还|再|也)(?:想|要)?反映))"
    r"|(?<=[。；;\n])\s*(?=[1-6][.、)）])"
)
_OPENING = re.compile(
    r"^(?:另外|还有(?:一个|一件|个)?(?:事|问题)?(?:就是)?|第[一二三四五六](?:个|件|点|是)?|[一二三四五六]是|其[一二三四]"
    r"|再(?:一个|有一)(?:事|件事)?|顺便(?:再)?|此外|除此之外|[1-6][.、)）])[，、,:：]?"
)
_EMPTY = re.compile(r"(?:你好|您好|喂|我(?:要|想)?(?:反映|说|投诉)|有?(?:几|两|三|四)(?:个|件)(?:事|问题)|[\W_])*")


def split_demands(text: str) -> tuple[str, ...]:
    """The demands of ``text`` in order; the whole text when it holds one. Nothing said is lost. Linear in the text."""
    pieces: list[str] = []
    for piece in (part.strip() for part in _BREAK.split(text)):
        if not piece:
            continue
        if pieces and (len(pieces) == MAX_DEMANDS or _is_no_demand(piece) or _is_no_demand(pieces[-1])):
            pieces[-1] = pieces[-1] + piece
        else:
            pieces.append(piece)
    return tuple(pieces) or (text,)


def _is_no_demand(piece: str) -> bool:
    said = _OPENING.sub("", piece)
    return len(said) < MIN_CHARS or _EMPTY.fullmatch(said) is not None
