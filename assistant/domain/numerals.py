"""Chinese and Arabic numerals as exact values (十五 = 15, 三万五千 = 35000, 二〇二四 = 2024)."""

from __future__ import annotations

from fractions import Fraction

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
LARGE_UNITS = {"万": 10**4, "亿": 10**8}
NUMERAL_CHARS = "零〇○一二两三四五六七八九十百千万亿"


def parse_numeral(text: str) -> Fraction | None:
    """The value of a Chinese or Arabic numeral (``1,200``, ``3.5万``, ``一百零五``); ``None`` when it is not one."""
    text = text.replace(",", "")
    head = text.rstrip("十百千万亿")
    if head and head.replace(".", "", 1).isascii() and head.replace(".", "", 1).isdigit():
        return Fraction(head) * _scale(text[len(head) :])
    if "点" in text:
        return _decimal(text)
    return _digit_sequence(text) if len(text) > 1 and all(char in DIGITS for char in text) else _positional(text)


def _scale(suffix: str) -> Fraction:
    value = Fraction(1)
    for char in suffix:
        value *= SMALL_UNITS.get(char) or LARGE_UNITS[char]
    return value


def _decimal(text: str) -> Fraction | None:
    whole, _, rest = text.partition("点")
    scale = rest[len(rest.rstrip("万亿")) :]
    fraction = rest.rstrip("万亿")
    value = _positional(whole)
    if value is None or not fraction or any(char not in DIGITS for char in fraction):
        return None
    return (value + Fraction(_digits(fraction), 10 ** len(fraction))) * _scale(scale)


def _digits(text: str) -> int:
    return int("".join(str(DIGITS[char]) for char in text))


def _digit_sequence(text: str) -> Fraction:
    return Fraction(_digits(text))


def _positional(text: str) -> Fraction | None:
    """十, 二十五, 一百零五, 三万五千: digits and units must alternate as in written Chinese."""
    total = section = digit = 0
    expects_digit = True
    for char in text:
        if char in DIGITS:
            if not expects_digit and char not in "零〇○":
                return None
            digit, expects_digit = DIGITS[char], char in "零〇○"
        elif char in SMALL_UNITS:
            section += (digit or (1 if char == "十" and section % 100 == 0 else 0)) * SMALL_UNITS[char]
            if not section:
                return None
            digit, expects_digit = 0, True
        elif char == "万" and (section or digit):
            total += (section + digit) * LARGE_UNITS[char]
            section, digit, expects_digit = 0, 0, True
        elif char == "亿" and (section or digit or total):
            total = (total + section + digit) * LARGE_UNITS[char]
            section, digit, expects_digit = 0, 0, True
        else:
            return None
    return Fraction(total + section + digit) if text else None


def to_chinese(number: int) -> str:
    """The usual written form of ``0 <= number < 10**8`` (15 → 十五, 105 → 一百零五)."""
    if not 0 <= number < 10**8:
        raise ValueError("only 0 <= number < 10**8 is supported")
    if number >= 10**4:
        low = number % 10**4
        gap = "零" if 0 < low < 1000 else ""
        return f"{to_chinese(number // 10**4)}万{gap}{_below_ten_thousand(low, full=True) if low else ''}"
    return _below_ten_thousand(number, full=False) or "零"


def _below_ten_thousand(number: int, *, full: bool) -> str:
    names, text, gap = "零一二三四五六七八九", "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if gap and text else "") + names[digit] + name
            gap = False
        elif text:
            gap = True
    return text[1:] if not full and text.startswith("一十") else text
