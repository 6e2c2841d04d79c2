from __future__ import annotations

import pytest

from assistant.domain.follow_up_question import complete

CONTRASTS = [["非京籍", "外地户口", "京籍", "北京户口"], ["租房", "买房"]]


@pytest.mark.parametrize(
    ("before", "question", "standalone"),
    [
        ("京籍孩子上小学需要什么材料？", "那外地户口呢？", "外地户口孩子上小学需要什么材料"),
        ("公积金租房怎么提取", "买房呢", "公积金买房怎么提取"),
        ("产假有多少天", "双胞胎呢", "双胞胎，产假有多少天"),
        ("办理居住证需要什么条件？", "多久能拿到？", "办理居住证，多久能拿到？"),
        ("小区加装电梯要多少人同意", "这个要花多少钱", "小区加装电梯，这个要花多少钱"),
    ],
)
def test_a_follow_up_borrows_the_matter(before: str, question: str, standalone: str) -> None:
    assert complete(question, [before], asked_back=False, contrasts=CONTRASTS).text == standalone


@pytest.mark.parametrize("question", ["暖气不热找谁", "公司拖欠工资怎么投诉？", "小区停车费谁定的标准"])
def test_a_complete_question_stays_as_it_is(question: str) -> None:
    completed = complete(question, ["产假有多少天"], asked_back=False, contrasts=CONTRASTS)
    assert (completed.text, completed.borrowed) == (question, ())


def test_the_reply_to_a_question_back_joins_it() -> None:
    completed = complete("北京户籍", ["孩子上小学需要什么材料"], asked_back=True)
    assert completed.text == "孩子上小学需要什么材料（北京户籍）"


def test_without_history_nothing_is_borrowed() -> None:
    assert complete("那外地户口呢？", [], asked_back=False).text == "那外地户口呢？"


@pytest.mark.parametrize(
    ("question", "before", "expected"),
    [
        ("那停水呢", "燃气停气要提前多久通知", "停水要提前多久通知"),
        ("我记错了，是停水", "临时检修，停电要提前几天通知", "停水要提前几天通知"),
        ("不对，不是暖气管，是自来水表走得不准", "暖气管漏水把楼下泡了谁赔", "自来水表走得不准"),
        ("刚才说的年假，离职时怎么折算", "周末加班给几倍工资", "刚才说的年假，离职时怎么折算"),
        ("要花钱吗", "残疾人证怎么办", "残疾人证，要花钱吗"),
        ("丢了怎么补", "护照有效期几年", "护照有效期，丢了怎么补"),
    ],
)
def test_a_change_or_a_correction_leaves_the_old_matter_and_a_bare_follow_up_keeps_it(
    question: str, before: str, expected: str
) -> None:
    assert complete(question, [before], asked_back=False).text == expected
