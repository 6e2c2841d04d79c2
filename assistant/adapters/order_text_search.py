"""Full text of work orders in the database that holds them: our tokens in SQLite's FTS5 or in a PostgreSQL array with GIN.

Neither database cuts Chinese by itself. An order fits when it has every character pair and every word of the query.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from assistant.adapters.sql_schema import orders
from retrieval.lexical import token_id, tokenize

_FTS = sa.table("order_search", sa.column("order_id"), sa.column("tokens"))
_ARRAYS = sa.table("order_search", sa.column("order_id"), sa.column("tokens", ARRAY(sa.BigInteger)))


def index_orders(connection: sa.Connection, rows: Sequence[tuple[str, str]]) -> None:
    """``rows`` are (order id, masked text); once per order."""
    if connection.dialect.name == "sqlite":
        texts = [{"order_id": order_id, "tokens": " ".join(map(_word, terms(text)))} for order_id, text in rows]
        connection.execute(_FTS.insert(), texts)
    else:
        arrays = [
            {"order_id": order_id, "tokens": [token_id(token) for token in terms(text)]} for order_id, text in rows
        ]
        connection.execute(_ARRAYS.insert(), arrays)


def fits(text: str, dialect: str) -> sa.ColumnElement[bool]:
    """The condition on ``work_orders`` that ``text`` stands in the order."""
    wanted = terms(text, query=True)
    if not wanted:
        return sa.false()
    if dialect == "sqlite":
        match = " AND ".join(map(_word, wanted))
        found = sa.select(_FTS.c.order_id).where(sa.text("order_search MATCH :match").bindparams(match=match))
    else:
        found = sa.select(_ARRAYS.c.order_id).where(_ARRAYS.c.tokens.contains(list(map(token_id, wanted))))
    return orders.c.id.in_(found)


def _word(token: str) -> str:
    """A token as FTS5 keeps it whole and reads no syntax in it (3.5, NOT)."""
    return f"t{token_id(token):x}"


def terms(text: str, *, query: bool = False) -> frozenset[str]:
    """Pairs, words and single characters; a query of pairs does not need their single characters as well."""
    tokens = frozenset(tokenize(text))
    if not query:
        return tokens
    longer = frozenset(token for token in tokens if len(token) > 1 or token.isascii())
    return longer or tokens
