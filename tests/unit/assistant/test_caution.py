"""A guide that nobody has confirmed says so wherever it is cited."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from retrieval.adapters.passage_codec import decode, encode
from retrieval.ingestion.parse import read_source
from retrieval.ingestion.split import split_document
from tests.factories import make_passage

GUIDE = """---
id: demo-guide
title: 示例指南（演示数据）
kind: guide
region: 北京市
effective_from: 2024-01-01
verified: {verified}
---
# 示例指南（演示数据）

## 办理步骤
- 到示例窗口提交示例申请表，由示例部门受理。
"""


def first_passage(folder: Path, verified: str):
    file = folder / "demo-guide.md"
    file.write_text(GUIDE.format(verified=verified), encoding="utf-8")
    (parsed,) = read_source(file)
    return split_document(parsed)[0]


def test_front_matter_decides(tmp_path: Path) -> None:
    assert first_passage(tmp_path, "false").unverified
    assert not first_passage(tmp_path, "true").unverified


def test_the_flag_survives_the_index() -> None:
    assert decode(encode(replace(make_passage("演示条文"), unverified=True))).unverified
    assert not decode(encode(make_passage("演示条文"))).unverified
