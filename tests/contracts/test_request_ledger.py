"""One contract for the ledger of requests on SQLite and on a real PostgreSQL, and what ``once`` makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from assistant.adapters.sql_engine import writing
from assistant.adapters.sql_requests import SqlRequests, finish_request
from assistant.desks.once import RepeatedRequest, once
from assistant.ports.requests import KeyInFlight, KeyReused, Request, StoredReply
from tests.orders import NOON

ASK = Request("key:demo", "k-1", "d" * 64)
SAID = StoredReply(201, '{"id":"x"}', '"1"')


@pytest.fixture
def ledger(engine: sa.Engine) -> SqlRequests:
    return SqlRequests(engine)


def finish(ledger: SqlRequests, request: Request) -> None:
    writing(ledger.engine, lambda connection: finish_request(connection, (request, SAID)))


def test_a_key_in_work_is_refused_and_lapses(ledger: SqlRequests) -> None:
    assert ledger.claim(ASK, NOON) is None
    with pytest.raises(KeyInFlight):
        ledger.claim(ASK, NOON + timedelta(seconds=30))
    assert ledger.claim(ASK, NOON + timedelta(seconds=61)) is None
    ledger.release(ASK)
    assert ledger.claim(ASK, NOON) is None


def test_a_finished_request_is_told_its_reply_and_is_not_given_back(ledger: SqlRequests) -> None:
    ledger.claim(ASK, NOON)
    finish(ledger, ASK)
    ledger.release(ASK)
    assert ledger.claim(ASK, NOON + timedelta(hours=1)) == SAID


def test_a_key_belongs_to_one_caller_and_one_body(ledger: SqlRequests) -> None:
    ledger.claim(ASK, NOON)
    with pytest.raises(KeyReused):
        ledger.claim(replace(ASK, digest="e" * 64), NOON)
    assert ledger.claim(replace(ASK, caller="key:other", digest="e" * 64), NOON) is None


def test_a_claim_that_was_given_back_cannot_be_finished(ledger: SqlRequests) -> None:
    ledger.claim(ASK, NOON)
    ledger.release(ASK)
    with pytest.raises(KeyInFlight):
        finish(ledger, ASK)


def test_old_requests_are_forgotten(ledger: SqlRequests) -> None:
    ledger.claim(ASK, NOON)
    ledger.claim(replace(ASK, key="new"), NOON + timedelta(days=6))
    assert ledger.purge(NOON + timedelta(days=5)) == 1
    assert ledger.claim(replace(ASK, digest="e" * 64), NOON) is None


def test_requests_are_forgotten_by_themselves_after_a_week(ledger: SqlRequests) -> None:
    ledger.claim(ASK, NOON)
    ledger.claim(replace(ASK, key="other"), NOON + timedelta(days=8))
    assert ledger.purge(NOON + timedelta(days=8)) == 0


def test_work_that_was_refused_may_be_tried_again_with_its_key(ledger: SqlRequests) -> None:
    with pytest.raises(ValueError, match="refused"), once(ledger, ASK, NOON):
        raise ValueError("refused")
    with once(ledger, ASK, NOON):
        finish(ledger, ASK)
    with pytest.raises(RepeatedRequest) as repeated, once(ledger, ASK, NOON):
        pytest.fail("done twice")
    assert repeated.value.reply == SAID


def test_work_without_a_key_leaves_no_trace(ledger: SqlRequests) -> None:
    with once(ledger, None, NOON):
        pass
    assert ledger.purge(NOON + timedelta(days=9)) == 0
