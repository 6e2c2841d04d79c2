"""One caller is one key wherever the order comes from, and no key tells the number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.domain.appeal import Intake
from assistant.domain.appellant_key import appellant_key
from assistant.stages.redact_appeal import RedactAppeal

SECRET = b"demo"


@pytest.mark.parametrize("written", ["10012345678", "１００ 1234 5678", "+86 100-1234-5678", "100\u200b12345678"])
def test_a_number_gives_the_same_key_however_it_is_written(written: str) -> None:
    assert appellant_key(SECRET, written) == appellant_key(SECRET, "10012345678")


def test_another_number_or_another_secret_gives_another_key() -> None:
    keys = {
        appellant_key(SECRET, "10012345678"),
        appellant_key(SECRET, "10012345679"),
        appellant_key(b"x", "10012345678"),
    }
    assert len(keys) == 3


def test_an_unknown_caller_has_no_key_and_a_number_without_a_secret_is_refused() -> None:
    assert appellant_key(SECRET, "不详") is None
    with pytest.raises(ValueError, match="unkeyed"):
        appellant_key(b"", "10012345678")


async def test_triage_and_the_order_desk_make_the_same_key() -> None:
    from assistant.desks.orders import OrderDesk

    appeal = await RedactAppeal(SECRET)(Intake("没有暖气", datetime(2026, 1, 1, tzinfo=UTC), phone="100-1234-5678"))
    desk = OrderDesk(store=None, requests=None, policy=None, mask=str, secret=SECRET.decode())  # type: ignore[arg-type]
    assert appeal.appellant_key == desk.appellant_key("10012345678")
