from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answer_policy import load_answer_policy
from assistant.domain.excerpt_choice import ExtractionLimits, extract
from assistant.domain.excerpts import Source
from assistant.domain.question_types import question_types
from tests.probation_guide import GUIDE

LIMITS = load_answer_policy().extraction.limits()


def quoted(question: str, limits: ExtractionLimits | None = None) -> list[str]:
    return [item.text for item in extract(question, GUIDE, limits or LIMITS)]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("试用期最长多久", "合同期限三个月以上不满一年的，试用期不得超过一个月。"),
        ("试用期工资最低是多少", "试用期工资不得低于转正工资的80%。"),
        ("试用期被坑了去哪个部门投诉", "向区人力资源社会保障部门投诉。"),
    ],
)
def test_the_statement_that_answers_comes_first_by_score(question: str, first: str) -> None:
    best = max(extract(question, GUIDE, LIMITS), key=lambda item: item.score)
    assert best.text == first


def test_what_only_describes_the_situation_is_not_quoted() -> None:
    assert not any("适用本指南" in text for text in quoted("试用期最长多久"))


def test_quotes_are_in_the_order_of_the_document_and_bounded() -> None:
    chosen = extract("试用期最长多久", GUIDE, replace(LIMITS, statements=2))
    assert len(chosen) == 2
    assert [item.statement.ordinal for item in chosen] == sorted(item.statement.ordinal for item in chosen)
    assert len(quoted("试用期最长多久", replace(LIMITS, characters=30))) == 1


def test_nothing_is_said_twice() -> None:
    double = [Source("P1", "- 试用期不得超过一个月。\n- 试用期不得超过一个月！", "试用期")]
    assert len(extract("试用期多久", double, LIMITS)) == 1


def test_no_sources_no_quotes() -> None:
    assert extract("试用期多久", [], LIMITS) == []


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("停车费一小时多少钱", "amount"),
        ("办居住证要带什么材料", "material"),
        ("多久能办下来", "duration"),
        ("加装电梯能不能用维修资金", "whether"),
        ("该去哪个部门办", "place"),
        ("漏水了谁来修", "liability"),
        ("装修垃圾往哪扔", "disposal"),
        ("申请公租房有什么条件", "condition"),
        ("私搭乱建怎么处罚", "penalty"),
        ("欠薪了咋办", "how"),
        ("楼道里天天有人抽烟", "complaint"),
    ],
)
def test_question_types(question: str, kind: str) -> None:
    assert question_types(question)[0].name == kind


def test_an_enumeration_is_quoted_with_its_opening_once() -> None:
    law = [Source("P1", "第三条 有下列情形之一的，不予退款：\n（一）已经使用的；\n（二）超过期限的。", "退款办法")]
    chosen = extract("哪些情形不予退款", law, LIMITS)
    assert [item.statement.text for item in chosen] == ["（一）已经使用的；", "（二）超过期限的。"]
    assert chosen[0].text == "有下列情形之一的，不予退款：（一）已经使用的；"


def test_the_document_that_is_filed_under_the_question_is_quoted() -> None:
    parking = Source(
        "P1", "- 涨价应当由业主共同决定，业主同意才行。", "小区停车费调整要不要业主同意", "规定", 0, "park"
    )
    property_fee = Source(
        "P2", "- 调整标准属于业主大会决定事项。", "物业费涨价", "规定", 1, "fee", keywords="物业费涨价"
    )
    chosen = extract("小区物业费涨价要业主同意吗", [parking, property_fee], LIMITS)
    assert chosen[0].source.document_id == "fee"
