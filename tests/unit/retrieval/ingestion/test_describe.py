"""Facts that a text tells about itself."""

from __future__ import annotations

import pytest

from retrieval.ingestion.describe import (
    canonical_region,
    describe_text,
    document_id_for,
    document_number_of,
    title_from,
)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("北京", "北京市"), ("河北", "河北省"), ("内蒙古", "内蒙古自治区"), ("北京市朝阳区", "北京市朝阳区"),
        ("全国", None), (None, None), ("", None), ("ＢＥＩＪＩＮＧ", "BEIJING"),
    ],
)  # fmt: skip
def test_places_have_one_name(name: str | None, region: str | None) -> None:
    assert canonical_region(name) == region


def test_the_number_of_another_document_is_not_taken() -> None:
    assert document_number_of("根据《通知》（国办发〔2020〕5号）精神，现通知如下") is None
    assert document_number_of("某区人民政府文件\n朝政发〔2024〕3号\n各街道") == "朝政发〔2024〕3号"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# 室温不达标怎么办\n正文", "室温不达标怎么办"),
        ("关于做好供热工作的通知 各区人民政府：" + "为做好工作，" * 20, "关于做好供热工作的通知"),
        ("为做好工作，现通知如下。\n一、", "文件名"),
    ],
)
def test_the_title_is_the_first_line_if_it_reads_like_one(text: str, title: str) -> None:
    assert title_from(text, "文件名") == title


def test_an_interpretation_repeals_nothing() -> None:
    text = "本办法自2020年1月1日起施行，《某旧办法》同时废止。"
    assert describe_text(text, document_id="d", title="《某办法》解读").repeals == ()
    assert describe_text(text, document_id="d", title="某办法").repeals == ("某旧办法",)


def test_a_plan_is_told_from_a_notice() -> None:
    assert describe_text("正文", document_id="d", title="某区三年行动计划（2024-2026年）").document.kind == "plan"
    assert describe_text("正文", document_id="d", title="关于停水的通知").document.kind == "notice"


def test_ids_of_files_do_not_tell_where_they_lie() -> None:
    assert document_id_for("/srv/秘密/通知.pdf") == document_id_for("/srv/秘密/通知.pdf")
    assert document_id_for("/srv/a.pdf") != document_id_for("/srv/b.pdf")
    assert document_id_for("/srv/秘密/通知.pdf").removeprefix("file-").isalnum()
