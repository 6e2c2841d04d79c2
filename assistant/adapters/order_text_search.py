"""Full text of work orders in the database that holds them: our tokens in SQLite's FTS5 or in a PostgreSQL array with GIN.

Neither database cuts Chinese by itself. An order fits when it has every character pair and every word of the query.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from assistant.adapters.sql_schema import orders
from retrieval.lexical import document_vectors, token_id, token_ids, tokenize

_FTS = sa.table("order_search", sa.column("order_id"), sa.column("tokens"))
_ARRAYS = sa.table("order_search", sa.column("order_id"), sa.column("tokens", ARRAY(sa.BigInteger)))


def search_row(order_id: str, tokens: Sequence[int], dialect: str) -> dict[str, Any]:
    """``tokens``: the ``token_set`` of the order's masked text; ``dialect``: the engine's."""
    return {"order_id": order_id, "tokens": " ".join(map(_WORD, tokens)) if dialect == "sqlite" else list(tokens)}


def index_rows(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """``rows`` are ``search_row``s; once per order."""
    connection.execute((_FTS if connection.dialect.name == "sqlite" else _ARRAYS).insert(), rows)


def fits(text: str, dialect: str) -> sa.ColumnElement[bool]:
    """The condition on ``work_orders`` that ``text`` stands in the order."""
    wanted = query_terms(text)
    if not wanted:
        return sa.false()
    if dialect == "sqlite":
        match = " AND ".join(map(_WORD, wanted))
        found = sa.select(_FTS.c.order_id).where(sa.text("order_search MATCH :match").bindparams(match=match))
    else:
        found = sa.select(_ARRAYS.c.order_id).where(_ARRAYS.c.tokens.contains(wanted))
    return orders.c.id.in_(found)


def token_set(text: str) -> list[int]:
    """Ids of the pairs, words and single characters of ``text``, each once."""
    found: list[int] = np.unique(token_ids(text)).tolist()
    return found


def token_sets(texts: Sequence[str]) -> list[list[int]]:
    """``token_set`` of each, several times faster than one by one."""
    return [distinct.tolist() for distinct, _ in document_vectors(texts)]


def query_terms(text: str) -> list[int]:
    """As ``token_set``, but pairs and words need not their single characters as well."""
    tokens = frozenset(tokenize(text))
    longer = [token_id(token) for token in tokens if len(token) > 1 or token.isascii()]
    return longer or [token_id(token) for token in tokens]


_WORD = "t%x".__mod__
"""A token as FTS5 keeps it whole and reads no syntax in it (3.5, NOT)."""
