"""The words of Chinese text that carry its matter, without a dictionary: character pairs, numbers and Latin words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

FILLER = re.compile(
    r"请问|您好|你好|麻烦|谢谢|想问一下|想问|咨询一下|咨询|我想知道|怎么办|怎么整|怎么弄|咋办|咋整|咋弄|咋|如何是好|怎么|如何|怎样|什么|啥|多少"
    r"|多久|哪里|哪儿|哪些|哪个|哪天|是否|是不是|能不能|可不可以|可以|有没有|需要|应该|我们家|我家|我们|我俩|我要|我|你们|他们|一下|申请|办理|投诉"
    r"|几(?:年|天|个?月|个?小时|点|号|岁|倍|次|块|人|级|种)|一届|多长时间|时候|意思|情况|那个|这个|到底|究竟|一般|大概|具体|现在|目前|最近"
    r"|规定|政策|标准|相关|有关"
    r"|举报|反映|反应|处理|办下来|下来|归谁|谁|条件|材料|手续|流程|步骤|资格|时限|期限|罚款|处罚|不$|[，。？！?!,、\s]"
)
"""Words that ask or plead but name no matter."""

FILLER_CHARACTERS = frozenset(
    "办管带交给去找要会能是有到吗呢吧啊呀了的不在得被着就都也还里让做干用想说这那它们上下把和与老些很太"
)
"""The same for words of one character; inside longer words (物管会, 即办) they are left alone."""

FUNCTION = "的了和与及或者在是为由对其该将按请您可应当以而并等也都就会把被让从向到于之所"
RUN = re.compile(rf"[^\W\d_a-zA-Z{FUNCTION}]+|\d+(?:\.\d+)?|[a-zA-Z]+")


def content_terms(text: str) -> set[str]:
    """Pairs of neighbouring Han characters within a run free of function characters; a run of one is kept as it is."""
    found: set[str] = set()
    for run in RUN.findall(unicodedata.normalize("NFKC", text)):
        found.update(map("".join, pairwise(run)) if len(run) > 1 and run[0] > "\u2fff" else (run.lower(),))
    return found


def coverage(text: str, source: str) -> float:
    """Share of the content terms of ``text`` that occur in ``source``, in [0, 1]; 0 for a text without content."""
    wanted = content_terms(text)
    return len(wanted & content_terms(source)) / len(wanted) if wanted else 0.0


def triples(text: str) -> set[str]:
    """Every three characters in a row."""
    return {text[at : at + 3] for at in range(len(text) - 2)}


def question_words(question: str) -> list[str]:
    """The words of a question that name its matter, cut by dictionary."""
    words = (word for part in FILLER.split(question) for word in _cut(part))
    return [word for word in words if re.search(r"\w", word) and word not in FILLER_CHARACTERS]


def question_terms(question: str) -> set[str]:
    """Content terms of a question within its words, so that chance pairs across words (区换) do not count."""
    words = question_words(question)
    found = set().union(*(content_terms(word) | triples(word) for word in words)) if words else set()
    return found or content_terms(question)


def share_of_words(words: Sequence[str], text: str) -> float:
    """Share of ``words`` that ``text`` contains, in [0, 1].

    Words of two characters count as words or within words (老公 is not in 老公司), longer ones by their pairs (of 物业费
    物业 is met), single characters half, because they stand in nearly any text.
    """
    whole = " ".join(_cut(text))
    marks = [mark for word in words for mark in _marks(word)]
    total = sum(weight for _, weight in marks)
    return sum(weight for mark, weight in marks if mark in whole) / total if total else 0.0


def _marks(word: str) -> list[tuple[str, float]]:
    return [(term, 1.0 if len(term) > 1 else 0.5) for term in content_terms(word)]


def _cut(text: str) -> list[str]:
    import rjieba  # 0.1 s and 30 MB: only for those who compose

    return list(rjieba.cut(text, hmm=False))  # guessed words cross the borders of real ones: 广场|舞太吵
