"""What people word in a step is masked, whatever the field is called; what the program compares stays as it is."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, get_args

import pytest

from assistant.domain import work_order_events as e
from assistant.domain.order_masking import NAMES_AND_CODES, knowing, masked

PHONE = "13800138000"
STEPS = [kind for kind in get_args(e.Change) if kind not in (e.Acceptance, e.History)]
TEXTS = {"str": PHONE, "str | None": PHONE, "tuple[str, ...]": (PHONE, "照片")}


def hide(text: str) -> str:
    return text.replace(PHONE, "〔手机1〕")


def filled(kind: type[Any]) -> Any:
    """A step with the number in every text; other fields are of no matter here."""
    needed = {field.name: None for field in fields(kind) if field.default is MISSING}
    return kind(**needed | {field.name: TEXTS[str(field.type)] for field in fields(kind) if str(field.type) in TEXTS})


@pytest.mark.parametrize("kind", STEPS, ids=lambda kind: kind.__name__)
def test_no_text_of_a_step_keeps_a_number(kind: type[Any]) -> None:
    after = masked(filled(kind), hide)
    kept = {field.name for field in fields(kind) if PHONE in repr(getattr(after, field.name))}
    assert kept <= NAMES_AND_CODES


def test_the_name_that_was_given_is_taken_out_wherever_it_stands() -> None:
    assert (
        knowing("欧阳建国", hide)(f"欧阳建国反映暖气不热，欧阳建国电话{PHONE}")
        == "诉求人反映暖气不热，诉求人电话〔手机1〕"
    )


@pytest.mark.parametrize("none", ["", " ", "王", "市民", "匿名"])
def test_a_field_without_a_name_changes_nothing(none: str) -> None:
    assert knowing(none, hide)("市民王某匿名反映") == "市民王某匿名反映"


def test_the_proof_of_an_objection_is_masked_item_by_item() -> None:
    said = e.DispatchObjection("不是本单位职责", (f"居民{PHONE}证实", "现场照片"), "street-a")
    assert masked(said, hide) == e.DispatchObjection("不是本单位职责", ("居民〔手机1〕证实", "现场照片"), "street-a")


def test_what_is_chosen_from_a_list_stays_what_it_is() -> None:
    said = e.Feedback(e.HandlingResult.SOLVED, "已修好", True)
    assert masked(said, lambda text: "改了") == e.Feedback(e.HandlingResult.SOLVED, "改了", True)


def test_every_name_or_code_is_a_field_of_some_step() -> None:
    assert {field.name for kind in STEPS for field in fields(kind)} >= NAMES_AND_CODES
