"""``hotline orders`` as an operator runs it: samples, lists, one order, an import with bad rows, the outbox."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from assistant.cli import main


@pytest.fixture(autouse=True)
def own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "var"))


def told(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> dict[str, object]:
    assert main(["orders", *words, "--json"]) == status
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_samples_are_listed_shown_and_made_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "seed", "--count", "150", "--until", "2026-11-20") == {"added": 150}
    assert told(capsys, "seed", "--count", "150", "--until", "2026-11-21") == {"added": 0}
    listed = told(capsys, "list", "--limit", "3")
    assert listed["total"] == 150
    first = listed["items"][0]  # type: ignore[index]
    assert first["is_demo"]
    shown = told(capsys, "show", first["number"])
    assert shown["order"]["id"] == first["id"]  # type: ignore[index]
    assert "person" not in shown
    assert told(capsys, "show", first["id"], "--person", "核对")["person"]["name"] == "演示诉求人"  # type: ignore[index]
    assert main(["orders", "show", first["id"], "--person", " "]) == 2
    assert main(["orders", "show", "absent"]) == 1
    assert main(["orders", "list", "--state", "没有"]) == 2


def test_people_read_lists_too(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "seed", "--count", "150", "--until", "2026-11-20")
    assert main(["orders", "list", "--category", "公共服务/供暖", "--limit", "2"]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("公共服务/供暖") == 2
    assert shown.err.startswith("2 of ")
    number = shown.out.split()[2]
    assert main(["orders", "show", number]) == 0
    assert "时限 dispatch" in capsys.readouterr().out


def test_an_import_tells_what_it_took_and_what_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "export.csv"
    file.write_text("工单编号,说明,来电时间\nD-1,演示：路灯不亮,2026-01-05\nD-2,演示：井盖丢失,昨天\n", "utf-8")
    assert main(["orders", "import", str(file)]) == 1
    assert "--map COLUMN=content" in capsys.readouterr().err
    tried = told(capsys, "import", str(file), "--map", "说明=content", "--dry-run", status=1)
    assert (tried["rows"], tried["imported"], tried["stored"]) == (2, 1, False)
    assert told(capsys, "list")["total"] == 0
    assert main(["orders", "import", str(file)]) == 1  # a dry run keeps no mapping either
    rejected = tmp_path / "rejected.jsonl"
    report = told(capsys, "import", str(file), "--map", "说明=content", "--rejects", str(rejected), status=1)
    assert (report["rows"], report["imported"]) == (2, 1)
    assert report["rejected"] == [{"line": 3, "reason": "来电时间不是时间"}]
    assert json.loads(rejected.read_text("utf-8"))["row"]["工单编号"] == "D-2"
    assert told(capsys, "list", "--text", "路灯")["total"] == 1
    assert told(capsys, "list", "--from", "2026-01-05", "--to", "2026-01-05")["total"] == 1
    assert (
        told(capsys, "list", "--from", "2026-01-06")["total"]
        == told(capsys, "list", "--to", "2026-01-04")["total"]
        == 0
    )
    assert main(["orders", "import", str(file), "--map", "x"]) == 2


def test_the_outbox_goes_to_the_receiver_that_is_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["orders", "relay"]) == 2
    taken: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.headers["idempotency-key"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HOTLINE_ORDERS__RECEIVER_URL", f"http://127.0.0.1:{server.server_address[1]}/")
    order_id = _dispatched()
    capsys.readouterr()
    assert told(capsys, "relay") == {"delivered": 2, "waiting": 0, "given_up": []}
    assert taken == [f"{order_id}:2:street-wangjing", f"{order_id}:2:district-government"]
    server.shutdown()


def _dispatched() -> str:
    from assistant.bootstrap.orders import open_work_orders
    from assistant.desks.orders import OrderForm
    from assistant.domain import work_order_events as e
    from assistant.domain.appeal import AppealType
    from assistant.settings import load_settings

    opened = open_work_orders(load_settings())
    agent = e.Actor("演示坐席", e.Role.SEAT_AGENT)
    order, _ = opened.desk.open(OrderForm("演示", "演示数据", AppealType.HELP, "住房/物业管理"), agent)
    opened.desk.take(order.id, e.Dispatch("street-wangjing"), agent)
    opened.close()
    return order.id
