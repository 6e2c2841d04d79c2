"""A reply says no more than the log: nothing added, no plan told as done, no denial lost, no other number."""

from __future__ import annotations

import pytest

from assistant.domain.fact_support import unsupported
from assistant.domain.reply_draft import CaseFact
from assistant.domain.reply_draft import ReplyPart as Part

SEEN = CaseFact("F1", "施工单位未能出示夜间施工证明。", Part.FOUND)
DONE = CaseFact("F2", "联系两家平台站长清理车辆，补划停放区两处。", Part.DONE)
NEXT = CaseFact("F3", "预计5月上旬复工，每周抽查一次。", Part.NEXT)
UNDER_WAY = CaseFact("F4", "医疗保险补缴手续正在办理。", Part.DONE)


@pytest.mark.parametrize(
    ("text", "facts", "fault"),
    [
        ("施工单位没能出示夜间施工证明。", [SEEN], None),
        ("施工单位出示了夜间施工证明。", [SEEN], "negation"),
        ("施工单位持有夜间施工证明。", [SEEN], "negation"),
        ("我们联系两家平台站长清理车辆，并补划停放区两处。", [DONE], None),
        ("我们联系三家平台站长清理车辆。", [DONE], "figures"),
        ("现场有五支舞队。", [CaseFact("F5", "现场有两支舞队。", Part.FOUND)], "count"),
        ("我们联系所有平台站长清理车辆。", [DONE], "count"),
        ("我们联系两家平台站长清理车辆，并安装监控摄像头。", [DONE], "clause"),
        ("未联系平台站长清理车辆。", [DONE], "negation"),
        ("车辆清理完毕，占道问题已解决。", [DONE], "claim"),
        ("预计5月上旬复工。", [NEXT], None),
        ("已于5月上旬复工。", [NEXT], "tense"),
        ("预计5月下旬复工。", [NEXT], "count"),
        ("预计每日抽查一次。", [NEXT], "count"),
        ("医疗保险补缴手续已办理。", [UNDER_WAY], "tense"),
        ("预计5月15日复工。", [NEXT], "figures"),
        ("街道领导高度重视，第一时间安排部署。", [DONE], "overlap"),
    ],
)
def test_only_what_the_log_says(text: str, facts: list[CaseFact], fault: str | None) -> None:
    assert unsupported(text, facts, verbatim=False) == fault


def test_the_logs_own_words_always_stand() -> None:
    for fact in (SEEN, DONE, NEXT, UNDER_WAY):
        assert unsupported(fact.text, [fact], verbatim=True) is None
        assert unsupported(fact.text, [fact], verbatim=False) is None
    assert unsupported("施工单位出示夜间施工证明。", [SEEN], verbatim=True) == "quotation"
