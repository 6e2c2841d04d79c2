"""Valid objects for tests; each keyword replaces one field. Everything invented here is 演示数据."""

from __future__ import annotations

from datetime import date
from typing import Any

from retrieval.contracts import Passage, Validity


def make_passage(**changes: Any) -> Passage:
    values: dict[str, Any] = {
        "id": "p1",
        "document_id": "d1",
        "title": "示例市物业管理规定",
        "text": "物业服务收费标准调整的，应当经业主共同决定。",
        "path": ("第三章", "第二十条"),
        "validity": Validity(date(2024, 3, 29)),
        "region": "北京市",
        "level": "地方性法规",
    }
    return Passage(**{**values, **changes})
