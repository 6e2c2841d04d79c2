"""The names of the service's own region: in a question to its own library, and before its own units, they tell nothing."""

from __future__ import annotations

import re

OURS = ("本市", "本区", "我市", "我区", "咱们区", "咱们市")
TELLS_MORE = r"(?!户|籍|人(?!工)|车牌|牌照|[^，。？！?!,]{0,24}(?:条例|办法|规定|规则|细则|计划|方案|意见|通知))"
"""After these words the name belongs to what is asked: 北京户口, 北京市物业管理条例."""


def levels(region: str) -> tuple[str, ...]:
    """北京市朝阳区 → 北京市, 朝阳区; 浙江省杭州市西湖区 → 浙江省, 杭州市, 西湖区."""
    return tuple(re.findall(r".+?(?:自治区|特别行政区|[省市区县旗])", region)) or (region,)


def ahead_of(region: str) -> str:
    """Pattern of the region's name as it stands before a place: 北京市朝阳区, 北京朝阳区, 朝阳区, 北京市, 北京."""
    *wider, own = [re.escape(name) for name in levels(region)]
    above = "".join(f"(?:{name[:-1]}{name[-1]}?)?" for name in wider)
    return f"(?:{above}{own}" + "".join(f"|{name[:-1]}{name[-1]}?" for name in reversed(wider)) + ")"


def home_names(region: str | None) -> tuple[str, ...]:
    """北京市朝阳区 → 北京市朝阳区, 北京市, 北京, 朝阳区, 朝阳 and 本市, 本区 …, longest first."""
    if not region:
        return ()
    parts = levels(region)
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
