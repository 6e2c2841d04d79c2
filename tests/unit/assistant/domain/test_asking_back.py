from __future__ import annotations

import pytest

from assistant.domain.asking_back import bare_matter, described, is_plain_reply, what_to_state


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("护照", "护照"),
        ("暖气！！！", "暖气"),
        ("请问一下户口的事", "户口"),
        ("关于生育津贴的政策", "生育津贴"),
        ("个人所得税", "个人所得税"),
        ("业主大会", "业主大会"),
        ("护照换发", ""),
        ("社保卡丢了", ""),
        ("暖气不热", ""),
        ("机动车年检流程", ""),
        ("居住证怎么办", ""),
        ("费", ""),
        ("我们小区南门外面那条路上的路灯", ""),
    ],
)
def test_a_matter_alone_asks_nothing(text: str, matter: str) -> None:
    assert bare_matter(text) == matter


@pytest.mark.parametrize(
    ("text", "is_reply"),
    [
        ("外地的", True),
        ("职工医保", True),
        ("我是外地户口", True),
        ("没有合同", True),
        ("那怎么投诉", False),
        ("试用期能延长吗", False),
        ("楼下烧烤天天半夜吵得睡不着", False),
    ],
)
def test_what_can_only_be_a_reply(text: str, is_reply: bool) -> None:
    assert is_plain_reply(text) is is_reply


def test_signs_tell_length_numbers_asker_and_rule_apart() -> None:
    assert described("护照") != described("护照" * 9).replace("护照" * 9, "护照")
    assert described("能领").split(" ")[1] != described("我领").split(" ")[1]
    assert described("领3").split(" ")[1] != described("领吗").split(" ")[1]
    assert described("规定").split(" ")[1] != described("补贴").split(" ")[1]
    assert described("ＡＢ") == described("ab")


def test_what_a_guide_wants_to_know_is_named_briefly() -> None:
    section = "- 参保地和参保类型、就医医院和时间、费用类型（门诊或住院）、是否已刷卡结算、票据是否齐全。\n- 其他。"
    assert what_to_state(section) == "参保地和参保类型、就医医院和时间、费用类型、是否已刷卡结算"
    assert what_to_state("没有清单") == ""
