"""Kinds of personal data and where they stand in a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PiiKind(StrEnum):
    PHONE = "手机"
    LANDLINE = "固话"
    ID_CARD = "身份证"
    BANK_CARD = "银行卡"
    PLATE = "车牌"
    PASSPORT = "证件"
    EMAIL = "邮箱"
    CREDIT_CODE = "信用代码"
    NAME = "姓名"
    ADDRESS = "门牌"
    WECHAT = "微信"
    QQ = "QQ"


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data at ``[start, end)`` of the folded text; ``value`` is the same for the same datum written otherwise."""

    start: int
    end: int
    kind: PiiKind
    value: str


@dataclass(frozen=True, slots=True)
class PiiSpan:
    """Where personal data stood in the original text and the token that replaced it (``〔手机1〕``)."""

    start: int
    end: int
    kind: PiiKind
    token: str
