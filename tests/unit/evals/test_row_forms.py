"""Rows of public sets reach the tasks: answers and table rows as a library, labels and texts under other names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evals.contracts import RunOptions
from evals.row_forms import answer_documents, labelled, with_relevant
from evals.tasks.answer import TASK as ANSWER
from evals.tasks.answer.basis import laws_named
from evals.tasks.draft_reply import TASK as DRAFT_REPLY
from evals.tasks.draft_reply.replies import case_of_reply
from evals.tasks.retrieve import TASK as RETRIEVE

FAQ = [
    {"id": "f1", "question": "图书证怎么办？", "answer": "凭身份证到图书馆办理借阅证，每次可借图书十册。"},
    {"id": "f2", "question": "公园几点开门？", "answer": "公园每日六时开放，二十二时静园，节假日照常开放。"},
    {"id": "f3", "question": "公园几点开门？", "answer": "夏季公园五时开放，游客可以从南门进入。"},
]
TABLE = [{"table": "公园", "name": "演示山森林公园", "city": "演示市", "area": "547.2"}]


def rows(path: Path, content: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content), encoding="utf-8")
    return path


def test_the_answers_alone_are_the_library_and_a_question_asks_for_all_that_were_given_to_it(tmp_path: Path) -> None:
    file = rows(tmp_path / "faq.jsonl", FAQ)
    documents = list(answer_documents(file) or ())
    assert [one.document.id for one in documents] == ["f1", "f2", "f3"]
    assert not any("怎么办" in one.text for one in documents)
    assert [row["relevant"] for row in with_relevant(FAQ, [file])] == [["f1"], ["f2", "f3"], ["f2", "f3"]]
    result = RETRIEVE.run(RunOptions(file, (file,)))
    assert result.n == 3 and result.metrics["hit@1"] == 1.0


def test_a_message_asks_for_the_reply_that_it_got(tmp_path: Path) -> None:
    row = {"id": "r1", "title": "路灯不亮", "content": "演示路的路灯坏了三天", "reply": "经核实，路灯已于当日修复。"}
    (found,) = with_relevant([row], [])
    assert found["question"] == "路灯不亮\n演示路的路灯坏了三天"
    (document,) = answer_documents(rows(tmp_path / "replies.jsonl", [row])) or ()
    assert "修复" in document.text and "坏了" not in document.text


def test_a_question_asks_for_the_table_rows_that_it_names(tmp_path: Path) -> None:
    table = rows(tmp_path / "kb.jsonl", TABLE)
    asked = [
        {"id": "q1", "question": "演示山森林公园在哪个市？", "answer": ["演示市"]},
        {"id": "q2", "question": "无名", "answer": []},
    ]
    assert [(row["id"], row["relevant"]) for row in with_relevant(asked, [table])] == [("q1", ["公园/0"])]
    result = ANSWER.run(RunOptions(rows(tmp_path / "q.jsonl", asked[:1]), (table,), extra={"threshold": "0"}))
    assert result.metrics["complete"] == 1.0


def test_a_table_row_without_a_name_is_called_by_its_id(tmp_path: Path) -> None:
    (document,) = (
        answer_documents(rows(tmp_path / "kb.jsonl", [{"table": "图书馆", "id": "演示图书馆", "area": "12"}])) or ()
    )
    assert document.document.title == "演示图书馆" and "area：12" in document.text


def test_documents_are_left_to_the_products_own_reader(tmp_path: Path) -> None:
    assert answer_documents(rows(tmp_path / "laws.jsonl", [{"id": "a", "title": "t", "text": "正文"}])) is None
    assert answer_documents(tmp_path / "guide.md") is None


def test_labels_and_texts_may_stand_under_other_names() -> None:
    row = {"l1": "城乡建设", "l3": "违章建筑"}
    assert labelled(row, "label,l1", "l2,l3") == ({**row, "title": "", "content": "违章建筑"}, "l1")
    own = {"label": "环境保护", "title": "噪声", "content": "吵"}
    assert labelled(own, "label,l1", "l2,l3") == (own, "label")


def test_the_laws_of_a_reference_are_read_with_their_articles() -> None:
    said = "根据《中华人民共和国民法典》第七百零七条、第七百二十条和《道路交通安全法（2021修正）》，可以。"
    assert laws_named(said) == {
        ("民法典", ""),
        ("民法典", "第七百零七条"),
        ("民法典", "第七百二十条"),
        ("道路交通安全法", ""),
    }


LAW = {
    "docid": "law",
    "law": "演示市路灯管理条例",
    "level": "法律",
    "region": None,
    "date": "2020-01-01",
    "chapter": "",
}


def test_an_answer_is_held_against_the_laws_of_its_reference(tmp_path: Path) -> None:
    articles = [
        {**LAW, "id": "a1", "article": "第一条", "text": "路灯损坏的，管理单位应当在二十四小时内修复。"},
        {**LAW, "id": "a2", "article": "第二条", "text": "公园绿地由园林绿化部门养护。"},
    ]
    corpus = rows(tmp_path / "laws.jsonl", articles)
    asked = [
        {
            "id": f"q{n}",
            "question": "路灯损坏多久内修复？",
            "answer": f"《演示市路灯管理条例》{article}规定了修复时间。",
        }
        for n, article in enumerate(("第一条", "第九条"))
    ]
    result = ANSWER.run(RunOptions(rows(tmp_path / "q.jsonl", asked), (corpus,), extra={"threshold": "0"}))
    assert result.metrics["law_right"] == 1.0
    assert [case.values["article_right"] for case in result.cases] == [1.0, 0.0]


def test_a_real_reply_must_not_pass_with_another_figure(tmp_path: Path) -> None:
    row = {
        "id": "r1",
        "title": "路灯",
        "content": "坏了",
        "reply": "您好！经核实，演示路路灯于3月5日损坏。我局已于3月8日派员更换灯泡12只！感谢您的监督。",
    }
    case = case_of_reply(row)
    assert [item["text"] for item in case["log"]] == [
        "经核实，演示路路灯于3月5日损坏",
        "我局已于3月8日派员更换灯泡12只",
    ]
    assert [claim["text"] for claim in case["claims"] if not claim["supported"]] == [
        "经核实，演示路路灯于4月5日损坏",
        "我局已于4月8日派员更换灯泡12只",
    ]
    metrics = DRAFT_REPLY.run(RunOptions(rows(tmp_path / "replies.jsonl", [row]))).metrics
    assert (metrics["unsupported_stopped"], metrics["supported_kept"]) == (1.0, 1.0)
    assert "well_placed" not in metrics  # nobody said where these sentences belong
