"""Danger now in words that no rule lists, and what only sounds like it (ordinance Article 11 (一)). 演示数据."""

from array import array
from dataclasses import replace

import pytest

from assistant.adapters.screening_files import load_danger_model, load_danger_rules, load_screener
from assistant.domain.emergencies import MODEL_RULE, EmergencyWatch

WATCH = EmergencyWatch.of(load_screener(), load_danger_rules(), load_danger_model())
RULES_ALONE = EmergencyWatch.of(load_screener(), load_danger_rules())


@pytest.mark.parametrize(
    "text",
    [
        "老爷子从假山上滑下来，后背着地，现在腿没知觉",
        "腌菜池里的人下去就没声了，绳子拽不动",
        "娃的手卷进压面机里了，拔不出来",
    ],
)
def test_article_11_item_1_danger_in_words_that_no_rule_lists(text: str) -> None:
    found = WATCH.find(text)
    assert found is not None
    assert found.status == "handover_emergency"


def test_the_model_hears_what_the_rules_alone_do_not() -> None:
    text = "腌菜池里的人下去就没声了，绳子拽不动"
    assert RULES_ALONE.find(text) is None
    found = WATCH.find(text)
    assert found is not None and found.rule == MODEL_RULE


@pytest.mark.parametrize(
    "text",
    [
        "去年我妈在小区摔骨折，物业到现在没人赔",
        "咨询一下火灾保险怎么理赔",
        "电梯老是坏，楼上老人出不了门，希望赶紧修",
        "排队排了三个小时，真要命",
        "退休职工在广场聚着不走，欠的养老金不给补",
    ],
)
def test_article_11_item_1_what_only_sounds_like_danger_stays_an_appeal(text: str) -> None:
    assert WATCH.find(text) is None


def test_a_long_letter_must_be_surer_than_a_short_call() -> None:
    model = replace(
        load_danger_model(), weights=array("b", bytes(1 << 17)), bias=1.0, threshold=0.0, sentence_threshold=2.0
    )
    watch = EmergencyWatch.of(load_screener(), load_danger_rules(), model)
    assert watch.find("楼道里堆着旧家具。") is not None
    assert watch.find("楼道里堆着旧家具。" * 20) is None


def test_where_a_sentence_fears_the_model_must_be_surer() -> None:
    model = replace(load_danger_model(), weights=array("b", bytes(1 << 17)), bias=1.0, threshold=0.0)
    watch = EmergencyWatch.of(load_screener(), load_danger_rules(), model)
    assert watch.find("担心楼道里堆的旧家具。") is None
    assert EmergencyWatch.of(load_screener(), load_danger_rules(), replace(model, bias=3.5)).find(
        "担心楼道里堆的旧家具。"
    )


@pytest.mark.parametrize(
    "text",
    [
        "我想投诉楼下餐馆油烟太大",
        "那个修鞋摊天不亮就支起来了",
        "暖气片一放水就滋滋响，是有气吗",
        "有人在绿地里喂鸽子，屎落一车",
        "刚才那俩打架的已经散了，就是花盆给打碎了没人扫",
        "孩子被作业压得喘不过气",
    ],
)
def test_article_11_item_1_an_everyday_complaint_raises_no_alarm(text: str) -> None:
    assert WATCH.find(text) is None


@pytest.mark.parametrize("text", ["楼下烧烤店的罐子在漏气，嘶嘶的，客人还坐着", "修鞋摊的老师傅一头栽地上了，叫不应"])
def test_article_11_item_1_danger_in_an_everyday_place_is_danger(text: str) -> None:
    assert WATCH.find(text) is not None


@pytest.mark.parametrize(("text", "alarm"), [("阳台堆着旧家具。", False), ("阳台的旧家具烧着。", True)])
def test_the_model_alone_alarms_of_weak_words_only_where_it_is_surer(text: str, alarm: bool) -> None:
    model = replace(load_danger_model(), weights=array("b", bytes(1 << 17)), bias=0.3, threshold=0.0)
    assert (EmergencyWatch((), WATCH.variants, model).find(text) is not None) is alarm


def test_the_model_overrules_a_sign_only_where_it_is_sure_that_there_is_no_danger() -> None:
    flat = replace(load_danger_model(), weights=array("b", bytes(1 << 17)), threshold=0.0)
    text = "楼道里着火了，烟很大。"
    assert RULES_ALONE.find(text) is not None
    assert EmergencyWatch(RULES_ALONE.rules, WATCH.variants, replace(flat, bias=-0.9)).find(text) is not None
    assert EmergencyWatch(RULES_ALONE.rules, WATCH.variants, replace(flat, bias=-1.1)).find(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "家里没人晕倒，老人按错了呼叫钮，别派车了",
        "刚才说着火是看岔了，不用派消防了",
        "孩子掉进水池让保安救上来了，想给他请功",
        "真要着了火，这楼道堆成这样往哪跑",
    ],
)
def test_article_11_item_1_what_is_called_off_or_made_good_raises_no_alarm(text: str) -> None:
    assert WATCH.find(text) is None


def test_article_11_item_1_one_who_was_pulled_out_but_does_not_breathe_is_in_danger() -> None:
    assert WATCH.find("孩子掉进水池刚救上来了，没气了，叫不醒") is not None


@pytest.mark.parametrize(
    "text",
    [
        "上星期货梯夹过人，现在想问检修报告给不给看",
        "楼里电瓶自燃的事消防来过灭干净了，就剩一地水没人扫",
        "万一哪天楼板砸下来，物业赔不赔",
        "这款奶茶在网上火了，排队的人堵了路",
        "持刀伤人一般判几年，写作业用",
    ],
)
def test_article_11_item_1_what_is_over_feared_or_said_in_jest_raises_no_alarm(text: str) -> None:
    assert WATCH.find(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "我本来是问暖气的，哎呀我爸一下子嘴歪了，杯子也拿不住",
        "投诉物业不管消防栓，这会儿三号楼正烧着，人在窗口喊",
        "去年这家就着过，现在又着了，火比上回大",
        "不是演习，广播没响，是真着了",
    ],
)
def test_article_11_item_1_danger_now_beside_a_grievance_is_danger(text: str) -> None:
    assert WATCH.find(text) is not None


def test_what_the_agent_asks_is_no_sign_but_the_answer_may_be() -> None:
    assert WATCH.find("坐席：请问是现在还在着火吗？市民：早灭了，我说的是赔偿。") is None
    found = WATCH.find("坐席：请问是什么事？市民：我家厨房着火了，快来人。")
    assert found is not None
    assert found.span.start >= len("坐席：请问是什么事？")


def test_danger_spelled_out_or_encoded_is_heard_whatever_the_model_says() -> None:
    sure = replace(load_danger_model(), weights=array("b", bytes(1 << 17)), bias=-9.0)
    watch = EmergencyWatch(RULES_ALONE.rules, WATCH.variants, sure)
    assert watch.find("我·家·厨·房·着·火·了·快·来·人") is not None
