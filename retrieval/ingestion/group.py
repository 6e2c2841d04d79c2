"""Groups the blocks of an outline into pieces of text that belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.ingestion.outline import FIRST_ITEM_RANK, Block, Kind

_QUESTIONS = ("常见问题", "常见问答", "问答", "答疑", "FAQ", "误区")
_SUB_ITEM = re.compile("[（(0-9①-⑳]")
_SOURCES = ("依据", "政策依据", "法律依据", "办理依据")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text with its place. ``article``: cut by 款 when too long. ``alone``: never joined."""

    start: int
    end: int
    path: tuple[str, ...]
    article: bool = False
    alone: bool = False

    @property
    def length(self) -> int:
        return self.end - self.start


def group_blocks(blocks: Sequence[Block], joined: int, *, guide: bool = False) -> Iterator[Piece]:
    """Articles with their 款 and 项; rows alone; other neighbours of a heading up to ``joined`` chars."""
    current: Piece | None = None
    for piece in _units(blocks, guide=guide):
        if current and _belongs(current, piece, joined, guide=guide):
            current = Piece(current.start, piece.end, _common(current.path, piece.path))
            continue
        if current:
            yield current
        current = piece
    if current:
        yield current


def _units(blocks: Sequence[Block], *, guide: bool) -> Iterator[Piece]:
    number = 0
    while number < len(blocks):
        block = blocks[number]
        if block.kind is Kind.ARTICLE:
            last = _article_end(blocks, number)
            yield Piece(block.start, blocks[last].end, block.path, article=True, alone=True)
            number = last + 1
            continue
        number += 1
        if block.kind is Kind.HEADING:
            if not guide and _is_bare(blocks, number - 1):
                yield Piece(block.start, block.end, block.path)
        elif not (guide and _lists_sources(block)):
            yield Piece(block.start, block.end, _home(block, guide=guide), alone=_stands_alone(block, guide=guide))


def _article_end(blocks: Sequence[Block], first: int) -> int:
    """Index of the last block of the article that opens at ``first``: everything below its rank, and plain lines."""
    last = first
    while last + 1 < len(blocks) and (not blocks[last + 1].rank or blocks[last + 1].rank > blocks[first].rank):
        last += 1
    return last


def _is_bare(blocks: Sequence[Block], number: int) -> bool:
    """A numbered heading with nothing under it is a statement of its own (六、加强组织领导); a chapter's is not."""
    if blocks[number].rank < FIRST_ITEM_RANK:
        return False
    following = blocks[number + 1] if number + 1 < len(blocks) else None
    return following is None or (following.kind is Kind.HEADING and following.rank <= blocks[number].rank)


def _home(block: Block, *, guide: bool) -> tuple[str, ...]:
    """In a guide a numbered step belongs to its section; in a notice the item itself is the place."""
    if guide and block.rank:
        return block.path[:-1]
    return block.path


def _stands_alone(block: Block, *, guide: bool) -> bool:
    in_questions = guide and any(word in heading for heading in block.path for word in _QUESTIONS)
    return block.kind is Kind.ROW or (in_questions and block.kind is not Kind.PARAGRAPH)


def _lists_sources(block: Block) -> bool:
    """The section 依据 repeats the markers of the claims; it would answer nothing and match every law's name."""
    return any(heading in _SOURCES for heading in block.path)


def _belongs(current: Piece, unit: Piece, joined: int, *, guide: bool) -> bool:
    if current.alone or unit.alone or unit.end - current.start > joined:
        return False
    if guide:
        return current.path == unit.path
    return current.path[:1] == unit.path[:1] or _are_items([*current.path[:1], *unit.path[:1]])


def _are_items(heads: Sequence[str]) -> bool:
    """（一）（二） straight under the text, and the words that lead to them, are parts of one sentence; 一、 stands alone."""
    return all(_SUB_ITEM.match(head) for head in heads)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    return one[:shared]
