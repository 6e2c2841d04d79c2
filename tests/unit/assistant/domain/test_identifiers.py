from __future__ import annotations

import time
from uuid import RFC_4122, UUID

from assistant.domain.identifiers import new_id


def test_identifiers_are_uuid_7_ordered_by_time_and_distinct() -> None:
    first = UUID(new_id())
    time.sleep(0.002)
    second = UUID(new_id())
    assert (first.version, first.variant) == (7, RFC_4122)
    assert first < second
    assert len({new_id() for _ in range(1000)}) == 1000
