"""What a citizen says in a follow-up call (Article 23), and what is left open."""

from __future__ import annotations

import pytest

from assistant.domain.work_order_events import Satisfaction
from assistant.stages.assess_follow_up import FollowUpAssessment, assess_follow_up


@pytest.mark.parametrize(
    ("said", "contacted", "solved", "satisfaction"),
    [
        ("联系我了，问题解决了，挺满意的", True, True, Satisfaction.SATISFIED),
        ("没人联系过我，问题还在那儿，很不满意", False, False, Satisfaction.DISSATISFIED),
        ("修了两天又坏了", None, False, None),
        ("没什么不满意的", None, None, Satisfaction.SATISFIED),
        ("只解决了一部分", None, None, None),
        ("他们说下周来修", None, None, None),
        ("解决是解决了，就是慢了点，基本满意吧", None, True, Satisfaction.BASICALLY),
    ],
)
def test_article_23_answers_are_proposed_only_where_they_were_said(
    said: str, contacted: bool | None, solved: bool | None, satisfaction: Satisfaction | None
) -> None:
    assert assess_follow_up(said) == FollowUpAssessment(contacted, solved, satisfaction)


def test_what_was_not_said_has_to_be_asked() -> None:
    assert assess_follow_up("我在开会").unclear == ("contacted", "solved", "satisfaction")
    assert assess_follow_up("问题解决了").unclear == ("contacted", "satisfaction")
