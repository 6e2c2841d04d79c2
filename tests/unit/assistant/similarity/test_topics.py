"""Groups of messages: one event is one group, and what only shares a third with two others joins neither."""

from __future__ import annotations

import pytest

from assistant.similarity import topics
from assistant.similarity.topics import Message, TooMany, group_topics

MIXER = [
    Message("投诉演示新城附近搅拌站噪音扰民", "演示新城附近新建的搅拌站机器昼夜轰鸣，粉尘很大，居民无法开窗休息"),
    Message("演示新城小区附近建搅拌站噪音扰民", "搅拌站离演示新城不到百米，机器昼夜轰鸣，粉尘很大，老人孩子无法休息"),
    Message("演示新城附近搅拌站粉尘噪音扰民", "演示新城附近的搅拌站机器轰鸣，粉尘很大，居民无法休息，请求搬迁"),
    Message("反映演示新城附近搅拌站噪音", "搅拌站建在演示新城附近，机器昼夜轰鸣，粉尘很大，居民无法休息"),
]
ROAD = Message("演示新城门口道路坑洼", "演示新城一期与二期之间的道路坑坑洼洼，下雨全是泥水，请铺沥青")
PARKING = [
    Message("样板苑捆绑销售车位", "样板苑开发商要求买房必须购买十二万元的车位，不买车位就取消购房资格"),
    Message("投诉样板苑强制捆绑车位", "样板苑购房时强行捆绑车位十二万元，不买就取消购房资格"),
    Message("样板苑捆绑车位销售合法吗", "样板苑开发商捆绑销售车位，不买车位不给签购房合同"),
]
OTHERS = [
    Message(text, text)
    for text in (
        "公积金贷款可以变更姓名吗",
        "社保卡丢了怎么补办",
        "孩子上小学要什么材料",
        "公交线路能不能延长到医院",
        "路灯一排都不亮晚上很黑",
        "健身房关门会员卡退不了",
        "工地拖欠工资三个月",
        "暖气不热室温只有十四度",
    )
]


def same(labels: list[int], *items: int) -> bool:
    return len({labels[item] for item in items}) == 1


def test_one_event_is_one_group_and_two_events_are_two() -> None:
    labels = group_topics([*MIXER, *PARKING, *OTHERS]).tolist()
    assert same(labels, 0, 1, 2, 3) and same(labels, 4, 5, 6)
    assert labels[0] != labels[4]
    assert len(set(labels)) == 2 + len(OTHERS)


def test_the_same_estate_with_another_matter_is_another_group() -> None:
    labels = group_topics([*MIXER, ROAD, *OTHERS]).tolist()
    assert labels[4] not in labels[:4]


def test_the_same_words_about_another_estate_are_another_group() -> None:
    words = "小区临街门面油烟直排扰民"
    told = "十家饭馆没有专用烟道，油烟直排熏得居民不敢开窗，晚上营业到十二点，请求查处"
    here, there = (
        [Message(f"{name}{words}{'，请查处' * n}", f"第{n}次反映。{told}") for n in range(3)]
        for name in ("演示家园", "样板花园")
    )
    labels = group_topics([*here, *there, *OTHERS]).tolist()
    assert not set(labels[:3]) & set(labels[3:6])


def test_a_chain_of_neighbours_is_no_group() -> None:
    """Each shares half of its words with the next and nothing with the one after that."""
    parts = [
        f"{first}{second}"
        for first, second in zip(
            ("暖气漏水严重", "停车收费太贵", "电梯停运多日", "广场音响太吵", "树木遮挡阳光"),
            ("停车收费太贵", "电梯停运多日", "广场音响太吵", "树木遮挡阳光", "道路坑洼不平"),
            strict=True,
        )
    ]
    labels = group_topics([Message(part, part) for part in parts] + OTHERS).tolist()
    assert labels[0] != labels[4] and max(labels[:5].count(label) for label in labels[:5]) <= 2


def test_nothing_and_one_message_are_groups_too() -> None:
    assert group_topics([]).tolist() == []
    assert group_topics([ROAD]).tolist() == [0]


def test_more_than_can_be_compared_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "MOST", 3)
    with pytest.raises(TooMany, match="4 messages"):
        group_topics(MIXER)
