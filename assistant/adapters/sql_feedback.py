"""``FeedbackBook`` and ``DraftBook`` beside the work orders in the same database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.adapters.sql_corrections import keep_corrections
from assistant.adapters.sql_engine import reading, writing
from assistant.adapters.sql_feedback_schema import drafts, feedback
from assistant.adapters.sql_requests import finish_request
from assistant.domain.feedback import Correction, Feedback, FeedbackCounts, FeedbackKind, Verdict
from assistant.domain.work_order_events import Actor, Role
from assistant.ports.feedback import DraftDecided, FeedbackQuery, StoredDraft
from assistant.ports.requests import Reply

_FIELDS = [name for name in Feedback.__dataclass_fields__ if name != "unit"]
_COUNTED = (Verdict.ACCEPTED, Verdict.EDITED, Verdict.REJECTED, Verdict.UP, Verdict.DOWN)


class SqlFeedback:
    """Thread-safe."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def add(self, items: Sequence[Feedback], corrections: Sequence[Correction] = (), reply: Reply = None) -> None:
        def work(connection: sa.Connection) -> None:
            connection.execute(feedback.insert(), [_values(item) for item in items])
            keep_corrections(connection, corrections)
            finish_request(connection, reply)

        writing(self.engine, work)

    def counts(self, first: datetime, before: datetime) -> dict[tuple[FeedbackKind, str], FeedbackCounts]:
        verdicts = [sa.func.sum(sa.case((feedback.c.verdict == word.value, 1), else_=0)) for word in _COUNTED]
        used = feedback.c.distance.is_not(None)
        lengths = sa.func.sum(sa.case((used, feedback.c.length), else_=0))
        sums = (*verdicts, sa.func.sum(sa.func.coalesce(feedback.c.distance, 0)), lengths)
        within = (feedback.c.at >= first) & (feedback.c.at < before)
        by = (feedback.c.kind, feedback.c.part)
        with reading(self.engine) as connection:
            rows = connection.execute(sa.select(*by, *sums).where(within).group_by(*by).order_by(*by)).all()
        return {(FeedbackKind(kind), part): FeedbackCounts(*map(int, numbers)) for kind, part, *numbers in rows}

    def rows(self, query: FeedbackQuery) -> list[Feedback]:
        wanted = sa.select(feedback).where(feedback.c.at >= query.first, feedback.c.at < query.before)
        same = ((feedback.c.kind, query.kind), (feedback.c.verdict, query.verdict))
        wanted = wanted.where(*(column == value.value for column, value in same if value is not None))
        if query.after is not None:
            edge = sa.select(feedback.c.at, feedback.c.id).where(feedback.c.id == query.after).subquery()
            wanted = wanted.where(sa.tuple_(feedback.c.at, feedback.c.id) > sa.tuple_(edge.c.at, edge.c.id))
        wanted = wanted.order_by(feedback.c.at, feedback.c.id).limit(query.limit)
        with reading(self.engine) as connection:
            return [_feedback(row) for row in connection.execute(wanted)]

    def keep(self, draft: StoredDraft, reply: Reply = None) -> None:
        def work(connection: sa.Connection) -> None:
            connection.execute(drafts.insert().values(_draft_values(draft)))
            finish_request(connection, reply)

        writing(self.engine, work)

    def draft(self, draft_id: str) -> StoredDraft | None:
        with reading(self.engine) as connection:
            row = connection.execute(sa.select(drafts).where(drafts.c.id == draft_id)).one_or_none()
        return _draft(row) if row is not None else None

    def drafts_of(self, order_id: str) -> list[StoredDraft]:
        query = sa.select(drafts).where(drafts.c.order_id == order_id).order_by(drafts.c.at.desc(), drafts.c.id.desc())
        with reading(self.engine) as connection:
            return [_draft(row) for row in connection.execute(query)]

    def decide(self, draft: StoredDraft, item: Feedback, reply: Reply = None) -> None:
        decided = {"verdict": item.verdict.value, "final": item.final, "decided_at": item.at}

        def work(connection: sa.Connection) -> None:
            open_draft = (drafts.c.id == draft.id) & drafts.c.verdict.is_(None)
            if connection.execute(drafts.update().where(open_draft).values(decided)).rowcount != 1:
                raise DraftDecided
            connection.execute(feedback.insert().values(_values(item)))
            finish_request(connection, reply)

        writing(self.engine, work)


def _values(item: Feedback) -> dict[str, Any]:
    values = asdict(item)
    return values | {"actor_unit": values.pop("unit"), "kind": item.kind.value, "verdict": item.verdict.value}


def _feedback(row: Any) -> Feedback:
    same = {name: getattr(row, name) for name in _FIELDS}
    return Feedback(**same | {"kind": FeedbackKind(row.kind), "verdict": Verdict(row.verdict), "unit": row.actor_unit})


def _draft_values(draft: StoredDraft) -> dict[str, Any]:
    values = {name: getattr(draft, name) for name in ("id", "order_id", "at", "body", "text", "final", "decided_at")}
    verdict = draft.verdict.value if draft.verdict else None
    actor = {"actor": draft.actor.id, "role": draft.actor.role.value, "actor_unit": draft.actor.unit}
    return values | actor | {"verdict": verdict}


def _draft(row: Any) -> StoredDraft:
    actor, verdict = Actor(row.actor, Role(row.role), row.actor_unit), Verdict(row.verdict) if row.verdict else None
    return StoredDraft(row.id, row.order_id, row.at, actor, row.body, row.text, verdict, row.final, row.decided_at)
