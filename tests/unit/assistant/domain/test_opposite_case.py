from __future__ import annotations

import pytest

from assistant.domain.opposite_case import of_the_opposite_case


@pytest.mark.parametrize(
    ("question", "statement", "opposite"),
    [
        ("非本市户籍孩子上小学需要什么材料", "本市户籍：持身份证明到学校办理", True),
        ("非本市户籍孩子上小学需要什么材料", "本市户籍但跨区长期居住：持居住证明", True),
        ("非本市户籍孩子上小学需要什么材料", "非本市户籍：持居住证明、工作证明", False),
        ("本市户籍孩子上小学需要什么材料", "非本市户籍：持居住证明、工作证明", True),
        ("本市户籍孩子上小学需要什么材料", "本市户籍：持身份证明到学校办理", False),
        ("孩子上小学需要什么材料", "本市户籍：持身份证明到学校办理", False),
        ("孩子上小学需要什么材料", "非本市户籍：持居住证明、工作证明", False),
        ("本市户籍和非本市户籍有什么不同", "本市户籍：持身份证明到学校办理", False),
        ("非机动车能走人行道吗", "机动车违停的，由交警处罚", False),
    ],
)
def test_a_label_for_the_other_case_is_not_quoted(question: str, statement: str, opposite: bool) -> None:
    assert of_the_opposite_case(question, statement) is opposite
