"""Takes the asking words out of a question: what is left is what a text that answers would say itself.

``有何支持`` would else count as rare words that every candidate lacks.
"""

from __future__ import annotations

import re

_ASKING = re.compile(
    "请问|咨询一下|想问|我想"
    "|(?:采取|提出|做出|作出|提供|进行|推出|出台|开展)?[了过]?有?(?:哪[些个种类里儿]|哪几[个种项]|哪)"
    "|[是有为做作]?(?:什么样|什么时[候间]|什么|何[时种地]|怎么[样办做]|怎么|怎样|如何|多久|多长时间|多长|多少|几)"
    "|(?:应该|应当|可以|需要|[应该需要])(?=怎|如何)"
    "|有何|是否|能否|可否|应否|是不是|能不能|可不可以|要不要|有没有|为何|为什么|谁"
    "|吗|呢|吧|的是|是(?=[？?。]|$)"
)
_LEAST_LEFT = 4
"""A question of which less is left is searched as it stands."""


def asked_matter(question: str) -> str:
    """The question with a blank for each asking word, so that no bigram goes across one."""
    left = _ASKING.sub(" ", question)
    return left if len(re.sub(r"\W", "", left)) >= _LEAST_LEFT else question
