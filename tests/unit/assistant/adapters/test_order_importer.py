"""``orders import`` on real files and a real database: formats, encodings, bad rows, again and again."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from assistant.adapters.order_files import FileRefused, RawRow, read_rows
from assistant.adapters.order_importer import BATCH, ImportReport, MappingRefused, import_orders, write_rejected
from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.ports.orders import OrderQuery
from tests.orders import BOSS, HOLIDAY

HEADER = ["工单编号", "标题", "主要内容", "来电时间", "承办单位", "来电号码", "备注"]


def row(at: int) -> list[str]:
    return [
        f"D-{at}",
        "演示：暖气不热",
        "演示数据：暖气不热，电话13800138000",
        "2026-01-05 08:00",
        "区住建委",
        "13800138000",
        "无",
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlWorkOrders]:
    engine = open_engine(sqlite_url(tmp_path / "orders.db"))
    migrate(engine)
    yield SqlWorkOrders(engine, HOLIDAY)
    engine.dispose()


@pytest.fixture
def pack(repository: Path) -> Path:
    return repository / "policy_corpus" / "catalogue"


def taken(file: Path, store: SqlWorkOrders, pack: Path, **more: object) -> ImportReport:
    report = import_orders(file, store, pack, BOSS, **more)  # type: ignore[arg-type]
    assert report.rows == report.imported + report.already_there + report.repeated + len(report.rejected)
    return report


def write_csv(file: Path, rows: list[list[str]], encoding: str = "utf-8-sig") -> Path:
    with file.open("w", newline="", encoding=encoding) as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return file


def test_a_dry_run_tells_what_the_import_will_tell(
    tmp_path: Path, store: SqlWorkOrders, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.adapters.order_importer.BATCH", 2)
    file = write_csv(tmp_path / "a.csv", [row(1), row(1), row(2), row(1), [*row(3)[:3], "昨天", *row(3)[4:]]])
    tried = taken(file, store, pack, dry_run=True)
    assert store.count(OrderQuery()) == 0
    assert tried == taken(file, store, pack)
    assert (tried.imported, tried.repeated, tried.already_there, len(tried.rejected)) == (2, 1, 1, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_becomes_searchable_without_personal_data(
    tmp_path: Path, store: SqlWorkOrders, pack: Path, encoding: str
) -> None:
    report = taken(write_csv(tmp_path / "a.csv", [row(1), row(2)], encoding), store, pack, secret="演示盐")
    assert (report.imported, report.rejected) == (2, ())
    found = sorted(store.find(OrderQuery(text="暖气不热")), key=lambda order: order.number, reverse=True)
    assert [(order.number, order.lead_name) for order in found] == [("D-2", "区住建委"), ("D-1", "区住建委")]
    assert found[0].lead is not None
    assert store.find(OrderQuery(text="13800138000")) == []
    person = store.person(found[0].id)
    assert person is not None
    assert person.original == dict(zip(HEADER, row(2), strict=True))
    assert "13800138000" not in repr(store.events(found[0].id))


def test_the_name_of_a_row_is_taken_out_of_its_text(tmp_path: Path, store: SqlWorkOrders, pack: Path) -> None:
    row = {
        "编号": "D-1",
        "标题": "欧阳演示家暖气不热",
        "内容": "欧阳演示的暖气不热",
        "姓名": "欧阳演示",
        "来电时间": "2026-01-05 08:00",
    }
    file = tmp_path / "history.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert taken(file, store, pack).imported == 1
    order = store.load(store.find(OrderQuery())[0].id)
    assert order is not None
    assert (order.title, order.content) == ("诉求人家暖气不热", "诉求人的暖气不热")


def test_xlsx_and_jsonl_give_the_same_orders(tmp_path: Path, store: SqlWorkOrders, pack: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in (HEADER, row(1), [None] * 7, row(2)):
        sheet.append(cells)
    book.save(tmp_path / "a.xlsx")
    with gzip.open(tmp_path / "b.jsonl.gz", "wt", encoding="utf-8") as stream:
        for at in (2, 3):
            stream.write(json.dumps(dict(zip(HEADER, row(at), strict=True)), ensure_ascii=False) + "\n")
    assert taken(tmp_path / "a.xlsx", store, pack).imported == 2
    second = taken(tmp_path / "b.jsonl.gz", store, pack)
    assert (second.imported, second.already_there) == (1, 1)


def test_bad_rows_are_reported_with_line_and_reason_and_none_is_lost(
    tmp_path: Path, store: SqlWorkOrders, pack: Path
) -> None:
    file = tmp_path / "a.jsonl"
    good = json.dumps(dict(zip(HEADER, row(1), strict=True)), ensure_ascii=False).encode()
    nul = json.dumps({"主要内容": "a\0b", "来电时间": "2026-01-01"}).encode()
    file.write_bytes(
        b"\n".join(
            [
                good,
                b"{broken",
                b"[1]",
                nul,
                b'{"\xff": "x"}',
                b'{"\xe4\xb8\xbb\xe8\xa6\x81\xe5\x86\x85\xe5\xae\xb9": "\xff"}',
                good,
            ]
        )
    )
    report = taken(file, store, pack)
    assert (report.imported, report.repeated) == (1, 1)
    assert [(bad.line, bad.reason) for bad in report.rejected] == [
        (2, "这一行不是有效的JSON"), (3, "这一行不是JSON对象"), (4, "含有空字符（NUL）"), (5, "有无法识别的字符编码"),
        (6, "有无法识别的字符编码"),
    ]  # fmt: skip
    write_rejected(tmp_path / "rejected.jsonl", report.rejected)
    kept = [json.loads(line) for line in (tmp_path / "rejected.jsonl").read_text("utf-8").splitlines()]
    assert [entry["line"] for entry in kept] == [2, 3, 4, 5, 6]


def test_a_line_with_too_many_cells_is_refused_not_shifted(tmp_path: Path, store: SqlWorkOrders, pack: Path) -> None:
    report = taken(write_csv(tmp_path / "a.csv", [[*row(1), "多", "余"], row(2)]), store, pack)
    assert report.imported == 1
    assert [(bad.line, bad.reason) for bad in report.rejected] == [(2, "有9列，表头只有7列")]


def test_many_rows_go_through_the_workers_and_a_second_import_adds_nothing(
    tmp_path: Path, store: SqlWorkOrders, pack: Path
) -> None:
    file = write_csv(tmp_path / "a.csv", [row(at) for at in range(BATCH * 2 + 7)])
    assert taken(file, store, pack).imported == BATCH * 2 + 7
    again = taken(file, store, pack)
    assert (again.imported, again.already_there) == (0, BATCH * 2 + 7)
    assert store.count(OrderQuery()) == BATCH * 2 + 7


def test_a_mapping_is_asked_for_and_then_kept(tmp_path: Path, store: SqlWorkOrders, pack: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"说了什么": "演示：路灯不亮", "标题": "路灯", "何时": "2026-01-05"}\n', "utf-8")
    with pytest.raises(MappingRefused, match="说了什么"):
        taken(file, store, pack)
    with pytest.raises(MappingRefused, match="no such"):
        taken(file, store, pack, given={"说了什么": "inhalt"})
    assert taken(file, store, pack, given={"说了什么": "content", "何时": "received_at"}).imported == 1
    file.write_text('{"说了什么": "演示：井盖丢了", "标题": "井盖", "何时": "2026-01-06"}\n', "utf-8")
    assert taken(file, store, pack).imported == 1


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    (tmp_path / "b.xlsx").write_bytes(b"not a zip")
    (tmp_path / "c.csv").write_bytes(b"")
    for name, reason in (
        ("a.pdf", ".xlsx and .jsonl"),
        ("b.xlsx", "no readable"),
        ("c.csv", "empty"),
        ("d.csv", "no such"),
    ):
        with pytest.raises(FileRefused, match=reason):
            list(read_rows(tmp_path / name))


def test_a_spreadsheet_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 5_000_000)
    monkeypatch.setattr("assistant.adapters.order_files.MOST_UNPACKED", 1_000_000)
    with pytest.raises(FileRefused, match="unpacks"):
        list(read_rows(tmp_path / "bomb.xlsx"))


def test_formulas_and_numbers_of_a_spreadsheet_are_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["主要内容", "来电号码"])
    book.active.append(["=1+1", 13800138000.0])
    book.save(tmp_path / "a.xlsx")
    [read] = read_rows(tmp_path / "a.xlsx")
    assert read == RawRow(2, {"主要内容": "", "来电号码": "13800138000"})
