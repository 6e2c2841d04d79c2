"""The history that models are learned from is also what appeals are compared with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from assistant.bootstrap.orders import mask
from assistant.commands.learn import index_history
from assistant.domain.appeal import Intake
from assistant.domain.work_order import OrderState
from assistant.similarity.from_rows import LONG_AGO, past_orders
from assistant.similarity.storage import load

ROW = {
    "id": 7,
    "title": "停暖",
    "content": "演示家园突然停暖，请打13800138000联系我",
    "category": "公共服务/供暖/停暖与故障抢修",
    "units": ["北京热力", "某街道"],
    "date": "2025-12-01",
    "place": "演示家园",
    "reply": "抢修完成，已恢复供热",
}


def test_a_row_becomes_a_masked_closed_order_with_what_was_done() -> None:
    (order,) = past_orders([ROW], {"北京热力": "beijing-heating"}.get, mask)
    assert (order.number, order.state, order.lead) == ("7", OrderState.CLOSED, "beijing-heating")
    assert "13800138000" not in order.text and order.is_settled
    assert order.outcome == "抢修完成，已恢复供热" and order.solved is None
    assert order.received_at == datetime(2025, 11, 30, 16, tzinfo=UTC)


def test_rows_without_words_are_left_out_and_without_a_time_they_are_old() -> None:
    rows = [{"id": 1, "tokens": "停暖 抢修", "label": "x"}, {"id": 2, "label": "x"}, {"text": "停暖", "label": "x"}]
    (order,) = past_orders(rows, lambda name: None, mask)
    assert (order.category, order.received_at, order.is_settled) == ("x", LONG_AGO, False)


def test_an_order_without_a_number_is_read_as_it_was_written(repository: Path, tmp_path: Path) -> None:
    from assistant.adapters.catalogue_files import load_catalogue

    rows = [{key: value for key, value in ROW.items() if key != "id"}]
    assert index_history(rows, tmp_path, load_catalogue(repository / "policy_corpus" / "catalogue")) == 1
    (order,) = load(tmp_path / "similar")[0].orders
    assert (order.number, order.title) == ("", "停暖")


def test_learn_writes_the_index_and_triage_finds_its_precedents(repository: Path, tmp_path: Path) -> None:
    import asyncio

    from assistant.adapters.catalogue_files import load_catalogue
    from assistant.adapters.order_history import IndexedHistory
    from assistant.bootstrap.pack_triage import open_triage_flow
    from assistant.flows.triage_appeal import Learned

    pack = repository / "policy_corpus" / "catalogue"
    rows = [ROW, ROW, json.loads(json.dumps(ROW)) | {"id": 8, "solved": False}]
    assert index_history(rows, tmp_path, load_catalogue(pack)) == 2  # the same row twice is one order
    flow = open_triage_flow(pack, Learned(IndexedHistory(load(tmp_path / "similar")[0])), secret=b"demo")
    report = asyncio.run(flow.triage_appeal(Intake("样板里小区突然停暖，请尽快抢修", datetime(2026, 3, 2, tzinfo=UTC))))
    assert [order.number for order in report.triages[0].similar] == ["7"]
    precedent = report.triages[0].similar[0]
    assert (precedent.number, precedent.outcome) == ("7", "抢修完成，已恢复供热")
    assert "已办结并答复" in precedent.reason
