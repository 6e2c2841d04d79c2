from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.figures import Figure, figures, missing_figures
from assistant.domain.numerals import to_chinese

UNITS = ["日", "个月", "年", "元", "小时", "个工作日", "平方米", "倍", "周岁"]


@given(st.integers(min_value=1, max_value=9_999_999).filter(lambda n: not 1800 <= n < 2200), st.sampled_from(UNITS))
def test_chinese_and_arabic_figures_are_equal(number: int, unit: str) -> None:
    assert figures(f"应当在{number}{unit}内办理") == figures(f"应当在{to_chinese(number)}{unit}内办理") != frozenset()


@given(st.integers(min_value=1, max_value=100))
def test_percentages_are_equal(number: int) -> None:
    assert figures(f"按{number}%计算") == figures(f"按百分之{to_chinese(number)}计算") == {Figure(str(number), "%")}


@given(
    st.integers(min_value=2, max_value=999),
    st.integers(min_value=2, max_value=999),
    st.sampled_from(["日", "元", "年"]),
)
def test_a_changed_figure_is_missing(said: int, printed: int, unit: str) -> None:
    missing = missing_figures(f"期限为{said}{unit}。", [f"期限为{to_chinese(printed)}{unit}。"])
    assert (missing == []) == (said == printed)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_dates_are_equal_in_every_spelling(day: date) -> None:
    year, month = day.year, day.month
    spelled = "".join("零一二三四五六七八九"[int(digit)] for digit in f"{year:04d}")
    printed = f"自{year:04d}年{month}月{day.day}日起施行"
    assert missing_figures(f"{day.isoformat()}起施行", [printed]) == []
    assert missing_figures(f"{spelled}年{to_chinese(month)}月{to_chinese(day.day)}日起施行", [printed]) == []
    assert missing_figures(f"{month}月{day.day}日起施行", [printed]) == []


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("十五天内答复", "十五日内答复"),
        ("室温不低于18℃", "室内温度不低于18摄氏度"),
        ("罚款5万元", "处五万元罚款"),
        ("罚款50000元", "处五万元罚款"),
        ("按第20条第2款处理", "第二十条第二款"),
        ("国办函〔2025〕66号", "《意见》（国办函[2025]66号）"),
        ("3至6个月", "三个月以上六个月以下"),
        ("三分之二同意", "2/3以上同意，三分之二"),
        ("拨打12345", "没有数字"),
        ("一次性办好，统一受理，千万不要着急", "没有数字"),
        ("没有统一天数，同一单位只办一次", "没有数字"),
        ("晚上十点到早上六点", "22时至次日6时，即晚10时至早6时"),
    ],
)
def test_stated(statement: str, source: str) -> None:
    assert missing_figures(statement, [source], frozenset({"12345"})) == []


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("七日内答复", "十五日内答复"),
        ("15个工作日", "15日"),
        ("罚款五千元", "处五万元罚款"),
        ("依据第二十一条", "第二十条"),
        ("拨打13900001111", "拨打12345"),
        ("京政发〔2024〕8号", "京政办发〔2024〕8号、京政发〔2023〕8号"),
        ("2024年5月30日", "2024年5月29日"),
        ("百分之三十", "百分之二十"),
    ],
)
def test_not_stated(statement: str, source: str) -> None:
    assert missing_figures(statement, [source], frozenset({"12345"}))
