"""Passages: what one quotes, where it stands, and what its id depends on."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.contracts import Document, LegalBasis, Passage, Validity
from retrieval.ingestion.describe import describe_text, structured
from retrieval.ingestion.parsed import ParsedDocument, Span
from retrieval.ingestion.split import DEFAULT_SPLIT, SplitOptions, split_document

STATUTE = """## 第一编 通则

### 第二章 业主大会

#### 第一节 一般规定

第十二条 业主大会由全体业主组成。

业主大会履行下列职责：

（一）制定管理规约；

（二）选举业主委员会。

第十二条之一 业主可以书面表决。
"""

GUIDE = """# 暖气不热怎么办

## 所需材料
- 身份证。（依据：《北京市供热办法》第三条、第五条；《中华人民共和国民法典》第十条）
- 供热合同。

## 常见问题
- 问：能退费吗？答：按合同约定。
- 问：找谁？答：供热单位。

## 依据
- 《北京市供热办法》第三条
"""


def split(text: str, options: SplitOptions = DEFAULT_SPLIT, **facts: str) -> tuple[Passage, ...]:
    parsed = describe_text(structured(text), document_id="d1", title=facts.pop("title", "某办法"), **facts)  # type: ignore[arg-type]
    return split_document(parsed, options)


def test_an_article_is_one_passage_with_its_paragraphs_and_items() -> None:
    first, second = split(STATUTE)
    assert first.path == ("第一编 通则", "第二章 业主大会", "第一节 一般规定", "第十二条")
    assert first.text.startswith("第十二条 业主大会")
    assert first.text.endswith("（二）选举业主委员会。")
    assert (first.clause, second.clause) == ("第十二条", "第十二条之一")


def test_a_long_article_is_cut_by_paragraph_then_item_then_sentence() -> None:
    items = "\n".join(f"（{number}）{'情形' * 20}；" for number in "一二三四五六")
    text = f"第八条 {'总述。' * 10}\n业主有下列情形的，可以缓交：\n{items}\n{'末款规定。' * 30}"
    passages = split(text, SplitOptions(longest=120))
    assert [passage.path[-1] for passage in passages] == [
        "第一款",
        "第二款",
        "第一项至第二项",
        "第三项至第四项",
        "第五项至第六项",
        "第三款",
        "第三款",
    ]
    assert passages[2].clause == "第八条第二款第一项至第二项"
    assert max(len(passage.text) for passage in passages) <= 120


def test_short_paragraphs_of_a_long_article_stay_together() -> None:
    text = "第八条 " + "\n".join(f"第{n}段的规定，共三十个字，用来说明短款会合在一起引用。" for n in "甲乙丙丁")
    assert [passage.path[-1] for passage in split(text, SplitOptions(longest=70))] == [
        "第一款至第二款",
        "第三款至第四款",
    ]


def test_a_notice_is_cut_by_item_under_its_headings() -> None:
    text = (
        "现通知如下：\n三、重点任务\n（一）提升供给能力\n1. 布局算力资源。" + "建设算力。" * 58 + "\n2. 优化网络。"
        "\n（二）加强数据供给\n3. 拓展数据。"
    )
    passages = split(text)
    assert [passage.path for passage in passages] == [
        ("三、重点任务", "（一）提升供给能力", "1. 布局算力资源"),
        ("三、重点任务",),
    ]


def test_small_neighbours_of_one_heading_are_joined_but_points_of_their_own_are_not() -> None:
    text = "一、申请条件\n（一）本市户籍；\n（二）年满六十周岁。\n二、申请材料\n身份证原件和户口簿原件。"
    assert [(p.path, p.text) for p in split(text)] == [
        (("一、申请条件",), "（一）本市户籍；\n（二）年满六十周岁。"),
        (("二、申请材料",), "身份证原件和户口簿原件。"),
    ]


def test_judicial_headings_outrank_their_articles() -> None:
    passages = split("一、管辖\n第一条 由被告住所地法院管辖。\n二、证据\n第二条 谁主张谁举证。")
    assert [passage.path for passage in passages] == [("一、管辖", "第一条"), ("二、证据", "第二条")]


def test_a_chapter_title_on_two_lines_is_one() -> None:
    (passage,) = split("第二章 听取和审议人民政府、人民法院和\n人民检察院的专项工作报告\n第八条 每年听取报告。")
    assert passage.path == ("第二章 听取和审议人民政府、人民法院和人民检察院的专项工作报告", "第八条")


def test_an_annex_is_no_part_of_the_last_article() -> None:
    passages = split("第九条 本办法自发布之日起施行。\n附件：收费标准\n每立方米五元，每月结算。")
    assert [passage.path for passage in passages] == [("第九条",), ("附件：收费标准",)]


def test_a_table_row_is_a_passage_with_its_header() -> None:
    passages = split("## 收费\n\n| 项目 | 单价 |\n|---|---|\n| 居民用水 | 每立方米5元 |\n| 特种用水 | 每立方米160元 |")
    assert [passage.text for passage in passages] == [
        "| 项目：居民用水 | 单价：每立方米5元 |",
        "| 项目：特种用水 | 单价：每立方米160元 |",
    ]


def test_a_guide_is_cut_by_section_and_questions_stand_alone() -> None:
    passages = split(GUIDE, title="暖气不热怎么办", kind="guide")
    assert [passage.path for passage in passages] == [("所需材料",), ("常见问题",), ("常见问题",)]
    assert passages[0].text.count("\n") == 1
    assert passages[0].basis == (
        LegalBasis("北京市供热办法", "第三条"),
        LegalBasis("北京市供热办法", "第五条"),
        LegalBasis("中华人民共和国民法典", "第十条"),
    )
    assert passages[1].basis == ()


def test_a_passage_knows_what_its_document_knows() -> None:
    document = Document(
        "d1", "某办法", kind="regulation", level="地方性法规", region="北京市", issuer="市人大", document_number="京发〔2024〕1号",
        validity=Validity(date(2024, 5, 1), date(2025, 1, 1)), keywords=("供热",),
    )  # fmt: skip
    (passage,) = split_document(ParsedDocument(document, "第一条 为了规范供热行为。"))
    assert passage.validity == document.validity
    assert (passage.region, passage.level, passage.kind) == ("北京市", "地方性法规", "regulation")
    assert (passage.issuer, passage.document_number, passage.keywords) == ("市人大", "京发〔2024〕1号", ("供热",))
    assert passage.row_id == "d1"


def test_ids_depend_on_document_place_and_words_only() -> None:
    base = describe_text("第一条 为了规范供热。\n第二条 室温不低于十八度。", document_id="d1", title="某办法")
    ids = [passage.id for passage in split_document(base)]
    assert [passage.id for passage in split_document(base)] == ids
    longer = replace(base, text="第一条 为了规范供热，制定本办法。\n第二条 室温不低于十八度。")
    assert split_document(longer)[0].id != ids[0]
    assert split_document(longer)[1].id == ids[1]
    other = replace(base, document=replace(base.document, id="d2"))
    assert {passage.id for passage in split_document(other)}.isdisjoint(ids)


def test_equal_words_at_one_place_still_have_ids_of_their_own() -> None:
    text = "一、名单\n" + "\n".join("| 单位：某中学 | 奖项：一等奖 |" for _ in range(3))
    ids = [passage.id for passage in split(text)]
    assert len(set(ids)) == len(ids) == 3


def test_rows_that_are_passages_keep_their_ids() -> None:
    text = "第一条 为了规范供热。\n\n第二条 " + "室温不低于十八度。" * 20
    spans = (Span(0, 11, ("第一条",), "x#第一条"), Span(13, len(text), ("第二条",), "x#第二条"))
    passages = split_document(ParsedDocument(Document("x", "某办法"), text, spans), SplitOptions(longest=100))
    assert [passage.id for passage in passages] == ["x#第一条", "x#第二条", "x#第二条~2"]
    assert [passage.row_id for passage in passages] == ["x#第一条", "x#第二条", "x#第二条"]


@given(
    st.lists(
        st.sampled_from(
            ["第一章 总则", "第一条 为了规范。", "（一）甲事项；", "一、总体要求", "1. 建设。", "- 要点。", "| 甲：1 | 乙：2 |",
             "说明文字。" * 40, "没有标点的长文字" * 90, "附件1：名单", "# 标题", "", "总则"]
        ),
        max_size=14,
    ),
    st.sampled_from(["guide", "notice", "regulation"]),
)  # fmt: skip
def test_every_passage_is_a_slice_of_the_text_in_order_and_not_too_long(lines: list[str], kind: str) -> None:
    text = structured("\n".join(lines))
    passages = split_document(describe_text(text, document_id="d", title="题", kind=kind))
    for passage in passages:
        assert passage.text == text[passage.start : passage.end] == passage.text.strip()
        assert 0 < len(passage.text) <= 600
    assert all(one.end <= other.start for one, other in itertools.pairwise(passages))
    assert len({passage.id for passage in passages}) == len(passages)


@pytest.mark.shared_data
@pytest.mark.slow
def test_every_article_of_the_public_statutes_is_found_in_its_law(shared_data: object) -> None:
    import gzip
    import json
    from pathlib import Path

    from retrieval.ingestion.describe import describe_row

    folder = Path(str(shared_data)) / "corpus"
    expected: dict[str, set[str]] = {}
    with gzip.open(folder / "laws_articles.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            expected.setdefault(row["docid"], set()).add(row["article"])
    missing = 0
    with gzip.open(folder / "laws.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            passages = split_document(describe_row(row, row["text"]))
            found = {part for passage in passages for part in passage.path}
            missing += len(expected.get(row["id"], set()) - found)
    assert missing == 0


def test_a_passage_has_the_words_by_which_people_ask_for_its_section() -> None:
    parsed = describe_text(structured(GUIDE), document_id="d1", title="暖气", kind="guide")
    asked = replace(parsed.document, keywords=("供热",), asked_as=(("所需材料", ("要带什么",)),))
    passages = split_document(replace(parsed, document=asked))
    words = {passage.path[-1]: passage.asked_as for passage in passages}
    assert words["所需材料"] == ("要带什么",)
    assert {ways for heading, ways in words.items() if heading != "所需材料"} == {()}
    assert {passage.keywords for passage in passages} == {("供热",)}
