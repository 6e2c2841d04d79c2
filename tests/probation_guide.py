"""An invented guide (演示数据) on probation, as the extractive composer gets it: sections of one document in their order."""

from __future__ import annotations

from assistant.domain.excerpts import Source

GUIDE = [
    Source("P1", "- 想知道试用期有多长的人适用本指南。", "试用期", "适用情形", 0, "g", 0),
    Source(
        "P2",
        "- 合同期限三个月以上不满一年的，试用期不得超过一个月（依据：《劳动合同法》第十九条）。\n"
        "- 三年以上固定期限的合同，试用期不得超过六个月（依据：《劳动合同法》第十九条）。\n"
        "- 试用期包含在劳动合同期限内（依据：《劳动合同法》第十九条）。",
        "试用期",
        "试用期最长多久",
        1,
        "g",
        1,
    ),
    Source("P3", "- 试用期工资不得低于转正工资的80%（依据：《条例》第十五条）。", "试用期", "试用期工资", 2, "g", 2),
    Source("P4", "- 向区人力资源社会保障部门投诉（依据：《法》第二条）。", "试用期", "向谁投诉", 3, "g", 3),
]
