"""From an appeal to what the index is asked, and from a match to what a seat agent reads."""

from __future__ import annotations

from datetime import datetime

from assistant.domain.appeal import Appeal, Judgement, Place, Relation, SimilarOrder
from assistant.domain.place_names import Agreement, names_in, place_of, without_places
from assistant.similarity.search import Asked, Match
from assistant.similarity.signatures import sign


def asked_of(appeal: Appeal, category: Judgement, place: Place) -> Asked:
    """``place`` gives the 街乡 and the estate; the words of the appeal and its address name places too."""
    stated = [place_of(text) for text in (appeal.address, place.community) if text]
    places = tuple(dict.fromkeys([*(name for name in stated if name), *names_in(appeal.text)]))
    likely = ((category.label, category.confidence), *category.alternatives)
    return Asked(
        signature=sign([without_places(appeal.text, places)])[0],
        words=" ".join(part for part in (appeal.address, appeal.context or appeal.text, appeal.text) if part),
        categories=[(name, chance) for name, chance in likely if name],
        at=appeal.received_at,
        places=places,
        street=place.street_id,
        appellant_key=appeal.appellant_key,
    )


def told(match: Match, at: datetime) -> SimilarOrder:
    order = match.order
    return SimilarOrder(
        order_id=order.id,
        relation=match.relation,
        score=match.score,
        title=order.title,
        reason=_reason(match, at),
        unit=order.lead,
        outcome=order.outcome,
        number=order.number,
        state=order.state.value,
        received_at=order.received_at,
    )


def _reason(match: Match, at: datetime) -> str:
    when, what = _ago(match.order.received_at, at), match.order.category.rsplit("/", 1)[-1]
    where = {Agreement.SAME: "同一地点", Agreement.UNKNOWN: "地点未说明"}.get(match.place, "另一地点")
    if match.relation is Relation.OWN_REPEAT:
        return f"同一来电号码{when}反映过{what}，{where}"
    if match.relation is Relation.SAME_EVENT:
        place = where if match.place is Agreement.SAME else "同一街乡"
        return f"{place}{when}有人反映{what}，可能是同一事件"
    said = "诉求人认可已解决" if match.order.solved else "已办结并答复"
    return f"{when}的同类事项（{what}），{said}"


def _ago(then: datetime, now: datetime) -> str:
    days = (now - then).days
    return "当天" if days < 1 else f"{days}天前" if days < 60 else f"{days // 30}个月前"
