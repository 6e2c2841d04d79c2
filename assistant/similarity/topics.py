"""Groups messages that tell of the same thing, without chaining: two that only share a third do not meet.

First average link (Sokal and Michener 1958) makes small sure groups. Then groups of three and more take in others by their
centres: what many messages of one event have in common is clearer than any of them, and a centre does not drift along a chain.
A title names the place and the matter, the content tells it; both count half.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.domain.place_names import names_in
from assistant.similarity.signatures import Tokens, pairs_of

AVERAGE_LINK = 0.35
CENTRE_LINKS = ((3, 0.38), (8, 0.32), (20, 0.28))
"""(members, least likeness to its centre): the larger a group, the surer its centre."""
ELSEWHERE = 0.15
COPIES = 0.45
"""Two messages whose titles name different places are so much less alike, and never more than copies of one another."""
BACKGROUND = 1000
"""Messages imagined beside the given ones: what all of a few have in common still is what they tell of."""
CONTENT_CHARS = 500
MOST = 12_000
"""All pairs are looked at: 12,000 messages take about 2 GB."""
_CODED_PLACE = re.compile(r"[A-Z]\d*[市区县]")
"""A district whose name a public data set hides."""
Labels = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Message:
    """Masked texts."""

    title: str
    content: str


class TooMany(ValueError):  # noqa: N818 - an answer: take fewer
    """More messages than can be compared with each other at once."""


def group_topics(messages: Sequence[Message]) -> Labels:
    """A group number for each message, shape (n,); a message that is like no other is a group of one.

    Raises:
        TooMany: more than ``MOST``.
    """
    if len(messages) > MOST:
        raise TooMany(f"{len(messages)} messages; at most {MOST} at once, take a month or a district")
    if len(messages) < 2:
        return np.arange(len(messages))
    views = _views(messages)
    apart = _elsewhere(messages)
    labels = _average_link(_less_alike(sum((view @ view.T).toarray() for view in views) / len(views), apart))
    while True:
        joined = _joined(labels, views, apart)
        if joined is None:
            return labels
        labels = joined


def _elsewhere(messages: Sequence[Message]) -> Floats:
    """1 where two messages name different places in their titles, shape (n, n): the same words may be said of two estates."""
    from scipy.sparse import csr_matrix

    named = [[name.stem for name in names_in(_CODED_PLACE.sub("", message.title))] for message in messages]
    stems = sorted({stem for names in named for stem in names})
    place = {stem: at for at, stem in enumerate(stems)}
    rows = [at for at, names in enumerate(named) for _ in names]
    columns = [place[stem] for names in named for stem in names]
    holds = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), (len(messages), len(stems)))
    # A title may say more of a name than another: 暮云街道丽发新城, 丽发新城.
    pairs = [
        (at, place[stem[cut:]]) for at, stem in enumerate(stems) for cut in range(len(stem)) if stem[cut:] in place
    ]
    same = csr_matrix(
        (np.ones(len(pairs), np.float32), tuple(np.array(pairs, np.int64).reshape(-1, 2).T)), (len(stems),) * 2
    )
    says = np.asarray(holds.sum(1)).ravel() > 0
    agree = (holds @ (same + same.T) @ holds.T).toarray() > 0
    return np.asarray(np.outer(says, says) & ~agree, np.float32)


def _views(messages: Sequence[Message]) -> list[Any]:
    """Titles and whole texts as rows of unit length: IDF-weighted character pairs, CSR, shape (n, tokens)."""
    titles = [_CODED_PLACE.sub("", message.title) for message in messages]
    contents = [_CODED_PLACE.sub("", message.content)[:CONTENT_CHARS] for message in messages]
    words = [pairs_of(title) for title in titles]
    whole = [pairs_of(f"{title}\n{content}") for title, content in zip(titles, contents, strict=True)]
    known, counts = np.unique(np.concatenate(whole), return_counts=True)
    idf = np.log((len(messages) + BACKGROUND) / (counts + 0.5)).astype(np.float32)
    return [_unit_rows(tokens, known, idf) for tokens in (words, whole)]


def _unit_rows(rows: Sequence[Tokens], known: Tokens, idf: Floats) -> Any:
    from scipy.sparse import csr_matrix

    column = np.searchsorted(known, np.concatenate(rows))
    bounds = np.cumsum([0, *(len(row) for row in rows)])
    return _normalised(csr_matrix((idf[column], column, bounds), shape=(len(rows), len(known))))


def _normalised(rows: Any) -> Any:
    from scipy.sparse import diags

    length = np.sqrt(np.asarray(rows.multiply(rows).sum(1)).ravel())
    return (diags(1 / np.maximum(length, 1e-9)) @ rows).tocsr()


def _less_alike(likeness: Floats, apart: Floats) -> Floats:
    """``apart``: share of pairs that name different places."""
    return np.asarray(likeness - apart * (ELSEWHERE + (likeness - COPIES).clip(min=0)), np.float32)


def _average_link(likeness: Floats) -> Labels:
    """Groups whose members are on average at least ``AVERAGE_LINK`` alike."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distance = (1 - (likeness + likeness.T) / 2).clip(min=0)
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    return np.asarray(fcluster(tree, 1 - AVERAGE_LINK, "distance") - 1, np.int64)


def _joined(labels: Labels, views: Sequence[Any], apart: Floats) -> Labels | None:
    """Each larger group and its likeliest other become one, surest first; ``None`` where none are alike enough."""
    from scipy.sparse import csr_matrix

    groups = int(labels.max()) + 1
    members = csr_matrix((np.ones(len(labels), np.float32), (labels, np.arange(len(labels)))), (groups, len(labels)))
    sizes = np.bincount(labels, minlength=groups)
    core = np.flatnonzero(sizes >= CENTRE_LINKS[0][0])
    if not len(core):
        return None
    centres = [_normalised(members @ view) for view in views]
    likeness = sum((centre[core] @ centre.T).toarray() for centre in centres) / len(views)
    likeness = _less_alike(likeness, (members[core] @ apart) @ members.T / np.outer(sizes[core], sizes))
    likeness[np.arange(len(core)), core] = 0
    return _paired(labels, core, likeness - _least_likeness(sizes[core])[:, None])


def _least_likeness(sizes: Labels) -> Floats:
    members, least = np.array(CENTRE_LINKS).T
    return np.asarray(least[np.searchsorted(members, sizes, "right") - 1], np.float32)


def _paired(labels: Labels, core: Labels, surplus: Floats) -> Labels | None:
    """``surplus``: how much more alike than needed a group (row) and another (column) are; nobody is paired twice."""
    best = surplus.argmax(1)
    into = np.arange(int(labels.max()) + 1)
    taken: set[int] = set()
    for at in np.argsort(-surplus.max(1), kind="stable"):
        one, other = int(core[at]), int(best[at])
        if surplus[at, other] < 0:
            break
        if not {one, other} & taken:
            taken |= {one, other}
            into[other] = one
    return np.unique(into[labels], return_inverse=True)[1].ravel() if taken else None
