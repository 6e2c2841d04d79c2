"""Full text of work orders in the database that holds them: our tokens in SQLite's FTS5 or in a PostgreSQL array with GIN.

Neither database cuts Chinese by itself. An order fits when it has every character pair and every word of the query.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from assistant.adapters.sql_schema import orders
from retrieval.lexical import token_id, token_ids, tokenize

_FTS = sa.table("order_search", sa.column("order_id"), sa.column("tokens"))
_ARRAYS = sa.table("order_search", sa.column("order_id"), sa.column("tokens", ARRAY(sa.BigInteger)))


def index_orders(connection: sa.Connection, rows: Sequence[tuple[str, Sequence[int]]]) -> None:
    """``rows`` are (order id, ``token_set`` of its masked text); once per order."""
    if connection.dialect.name == "sqlite":
        texts = [{"order_id": order_id, "tokens": " ".join(map(_WORD, tokens))} for order_id, tokens in rows]
        connection.execute(_FTS.insert(), texts)
    else:
        arrays = [{"order_id": order_id, "tokens": list(tokens)} for order_id, tokens in rows]
        connection.execute(_ARRAYS.insert(), arrays)


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


def query_terms(text: str) -> list[int]:
    """As ``token_set``, but pairs and words need not their single characters as well."""
    tokens = frozenset(tokenize(text))
    longer = [token_id(token) for token in tokens if len(token) > 1 or token.isascii()]
    return longer or [token_id(token) for token in tokens]


_WORD = "t%x".__mod__
"""A token as FTS5 keeps it whole and reads no syntax in it (3.5, NOT)."""
