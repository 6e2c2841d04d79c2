from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.contracts import Passage, SearchQuery, Validity
from retrieval.filters import OPEN_END, OPEN_START, admission, admits, admitted_regions, region_key, validity_days


@pytest.mark.parametrize(
    ("region", "key"),
    [
        (None, ""),
        ("全国", ""),
        ("北京", "北京"),
        ("北京市", "北京"),
        ("北京市朝阳区", "北京/朝阳区"),
        ("北京市 朝阳区", "北京/朝阳区"),
        ("北京朝阳区", "北京/朝阳区"),
        ("朝阳区", "朝阳区"),
        ("北京市朝阳区望京街道", "北京/朝阳区/望京街道"),
        ("河北省石家庄市", "河北/石家庄市"),
        ("内蒙古自治区", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("长春市朝阳区", "长春市/朝阳区"),
        ("某开发园", "某开发园"),
    ],
)
def test_a_place_has_one_spelling(region: str | None, key: str) -> None:
    assert region_key(region) == key


def test_a_place_admits_itself_its_bare_name_and_all_that_is_wider() -> None:
    assert admitted_regions("北京市朝阳区") == ("北京/朝阳区", "北京", "朝阳区", "")
    assert admitted_regions("北京") == ("北京", "")
    assert admitted_regions("全国") == ("",)
    assert admitted_regions(None) is None


def test_an_open_validity_reaches_over_all_days() -> None:
    assert validity_days(Validity()) == (OPEN_START, OPEN_END)
    assert OPEN_START < date.min.toordinal() <= date.max.toordinal() < OPEN_END


@given(st.dates(), st.none() | st.dates(), st.none() | st.dates())
def test_the_filter_means_what_validity_means(day: date, start: date | None, end: date | None) -> None:
    validity = Validity(start, end)
    passage = Passage("p", "d", "t", "x", validity=validity)
    assert admits(admission(SearchQuery("x", as_of=day)), passage) == validity.covers(day)


def test_levels_admit_only_themselves_and_none_asked_admits_all() -> None:
    law = Passage("p", "d", "t", "x", level="法律")
    assert admits(admission(SearchQuery("x", as_of=date(2025, 1, 1), levels=("法律",))), law)
    assert not admits(admission(SearchQuery("x", as_of=date(2025, 1, 1), levels=("部门规章",))), law)
    assert admits(admission(SearchQuery("x", as_of=date(2025, 1, 1))), law)
