"""The names of the service's own region: in a question to its own library they tell nothing."""

from __future__ import annotations

import re

OURS = ("本市", "本区", "我市", "我区", "咱们区", "咱们市")
TELLS_MORE = r"(?!户|籍|人(?!工)|车牌|牌照|[^，。？！?!,]{0,24}(?:条例|办法|规定|规则|细则|计划|方案|意见|通知))"
"""After these words the name belongs to what is asked: 北京户口, 北京市物业管理条例."""


def home_names(region: str | None) -> tuple[str, ...]:
    """北京市朝阳区 → 北京市朝阳区, 北京市, 北京, 朝阳区, 朝阳 and 本市, 本区 …, longest first."""
    if not region:
        return ()
    parts = re.findall(r".+?(?:自治区|特别行政区|[省市区县旗])", region) or [region]
    short = [re.sub(r"(?:自治区|特别行政区|[省市区县旗])$", "", part) for part in parts]
    names = {region, *parts, *(name for name in short if len(name) > 1), *OURS}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def without_home(question: str, names: tuple[str, ...]) -> str:
    """``question`` without the region's name where it only says where the asker is; unchanged if nothing were left."""
    if not names:
        return question
    pattern = rf"在?(?:{'|'.join(map(re.escape, names))}){TELLS_MORE}(?:的|里|内|这边|这里)?"
    rest = re.sub(pattern, "", question)
    return rest if len(re.findall(r"[^\W\d_]", rest)) >= 2 else question
