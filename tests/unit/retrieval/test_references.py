import pytest

from retrieval.references import article_key, find_references, short_title_key, title_key


@pytest.mark.parametrize(
    ("text", "law", "article"),
    [
        ("物业管理条例第二十条", "物业管理条例", "20"),
        ("请问《民法典》第1043条怎么说", "民法典", "1043"),
        ("《中华人民共和国劳动合同法》第三十八条", "劳动合同法", "38"),
        ("中华人民共和国劳动合同法第三十八条", "劳动合同法", "38"),
        ("民法典1043条", "民法典", "1043"),
        ("民法典的第 1043 条", "民法典", "1043"),
        ("刑法第一百二十条之一", "刑法", "120-1"),
        ("刑法第120条之2规定了什么", "刑法", "120-2"),
        ("根据北京市接诉即办工作条例第十一条第二款", "北京市接诉即办工作条例", "11"),
        ("《物业管理条例》（2018年修订）第二十条", "物业管理条例", "20"),
        ("物业管理条例（２０１８修正）第２０条", "物业管理条例", "20"),
        ("宪法里面第三十三条", "宪法", "33"),
        ("消法第五十五条退一赔三", "消费者权益保护法", "55"),
        ("《消费者权益保护法》，第五十五条", "消费者权益保护法", "55"),
        ("公积金条例第二十四条", "住房公积金管理条例", "24"),
    ],
)
def test_a_named_article_is_found(text: str, law: str, article: str) -> None:
    (found,) = find_references(text)
    assert law in found.laws
    assert found.article == article


def test_the_longest_reading_of_a_bare_title_comes_first() -> None:
    (found,) = find_references("那么按照北京市物业管理条例第二十条")
    assert found.laws.index("北京市物业管理条例") < found.laws.index("物业管理条例")


def test_several_articles_share_the_law_that_was_named() -> None:
    found = find_references("劳动合同法第三十八条和第四十六条，还有《工伤保险条例》第十四条")
    assert [reference.article for reference in found] == ["38", "46", "14"]
    assert "劳动合同法" in found[1].laws
    assert found[2].laws == ("工伤保险条例",)


def test_the_same_article_twice_is_one_reference() -> None:
    assert len(find_references("《民法典》第十条，《民法典》第10条")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "暖气不热怎么办",
        "第二十条说什么",
        "我有三条意见",
        "2024年5条线路",
        "一条狗",
        "《物业管理条例》",
        "",
        "第条法第条",
    ],
)
def test_no_law_with_an_article_means_no_reference(text: str) -> None:
    assert find_references(text) == []


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("第二十条", "20"),
        ("第20条", "20"),
        ("第一百零二条", "102"),
        ("第一百二十条之一", "120-1"),
        ("第二款", ""),
        ("办理条件", ""),
    ],
)
def test_article_keys(label: str, key: str) -> None:
    assert article_key(label) == key


def test_title_keys_forget_what_people_leave_out() -> None:
    assert title_key("《中华人民共和国民法典》") == "民法典"
    assert title_key("物业管理条例（2018年修订）") == "物业管理条例"
    assert title_key("人民检察院刑事诉讼规则（试行）") == "人民检察院刑事诉讼规则(试行)"
    assert short_title_key("北京市物业管理条例") == "物业管理条例"
    assert short_title_key("宁夏回族自治区物业管理条例") == "物业管理条例"
    assert short_title_key("城市房地产管理法") == "城市房地产管理法"
