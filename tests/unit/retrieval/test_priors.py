"""The prior must lift what people ask about and leave every other text alone."""

from retrieval.priors import citations, title_prior


def test_a_text_that_nobody_cites_keeps_its_weight() -> None:
    assert title_prior("某小区停车告知") == 1.0


def test_the_most_cited_law_gets_the_largest_factor_and_it_stays_mild() -> None:
    assert 1.0 < title_prior("中华人民共和国计算机信息系统安全保护条例") < title_prior("中华人民共和国民法典") < 1.8


def test_edition_notes_do_not_hide_a_law() -> None:
    assert title_prior("中华人民共和国劳动合同法(2012修正)") == title_prior("劳动合同法") > 1.2


def test_articles_are_counted_by_number() -> None:
    assert (
        citations("中华人民共和国劳动合同法", "47").article_by_answers > citations("劳动合同法", "4").article_by_answers
    )
