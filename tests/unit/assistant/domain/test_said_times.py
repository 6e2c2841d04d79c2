"""Times as citizens say them, told from a call on Thursday 2026-01-15 at 10:00 in Beijing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.domain.said_times import find_time

CALLED = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)


def normal(text: str, called: datetime = CALLED) -> str | None:
    said = find_time(text, called)
    return said.normal if said else None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("昨天晚上就凉了", "2026-01-14T18:00/2026-01-15T00:00"),
        ("昨晚等了两个小时", "2026-01-14T18:00/2026-01-15T00:00"),
        ("今早发现的", "2026-01-15T06:00/2026-01-15T12:00"),
        ("昨天下午三点被拒载", "2026-01-14T15:00"),
        ("今天凌晨五点半漏水", "2026-01-15T05:30"),
        ("大前天停水", "2026-01-12"),
        ("上周三坏到现在", "2026-01-07"),
        ("上上周日来过", "2026-01-04"),
        ("上个星期二就掉了", "2026-01-06"),
        ("这周一停办", "2026-01-12"),
        ("上周帮我办了", "2026-01-05/2026-01-11"),
        ("上个月搬走了", "2025-12-01/2025-12-31"),
        ("1月10号就该到", "2026-01-10"),
        ("12月28号来修过", "2025-12-28"),
        ("2024年十一月二十三日晚上八点", "2024-11-23T20:00"),
        ("从去年十月开始", "2025-10"),
        ("每天凌晨两点拖桌子", "R/T02:00"),
        ("每天晚上七八点最多", "R/T19:00"),
        ("每晚十一点以后", "R/T23:00"),
        ("夜里十一点还在打桩", "R/T23:00"),
        ("夜里两点还在打桩", "R/T02:00"),
        ("中午十二点多还在砸墙", "R/T12:00"),
        ("下午五点就锁门", "R/T17:00"),
        ("每周六有人摆摊", "R/P1W"),
        ("天天一股油烟味", "R/P1D"),
        ("大概半年了", "P6M/2026-01-15"),
        ("快半个月了", "P15D/2026-01-15"),
        ("有两三天了", "P3D/2026-01-15"),
        ("拖了一年多", "P1Y/2026-01-15"),
        ("停了十天了", "P10D/2026-01-15"),
        ("最近一周老停电", "P7D/2026-01-15"),
        ("刚才咬了人", "2026-01-15T10:00"),
        ("一直不亮", ""),
    ],
)
def test_a_said_time_in_its_normal_form(text: str, told: str) -> None:
    assert normal(text) == told


def test_the_day_is_beijings_not_greenwichs() -> None:
    assert normal("今天停水", datetime(2026, 1, 14, 17, 0, tzinfo=UTC)) == "2026-01-15"


def test_a_date_counts_before_what_lasts_and_offsets_are_those_of_the_text() -> None:
    text = "一直不热，三个月了，1月8号报修过"
    said = find_time(text, CALLED)
    assert said is not None and text[said.start : said.end] == "1月8号" and said.normal == "2026-01-08"


@pytest.mark.parametrize("text", ["2月30日停水", "电梯坏了", "三年级的孩子", ""])
def test_what_is_no_time_is_none(text: str) -> None:
    assert not normal(text)
