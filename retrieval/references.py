"""Laws and articles that a question names: 物业管理条例第二十条, 《民法典》第1043条, 刑法第一百二十条之一."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from retrieval.clauses import HAN_NUMBER, number_of

_ARTICLE = re.compile(
    rf"(?:第\s*({HAN_NUMBER}|\d{{1,4}})|(?<![\d.])(\d{{1,4}}))\s*条(?:\s*之\s*({HAN_NUMBER}|\d{{1,2}}))?"
)
_BOOK_TITLE = re.compile(r"《([^《》]{2,80})》(?:[（(][^（）()]{1,16}[）)])?[^《》]{0,6}$")
_BARE_TITLE = re.compile(
    r"[\u4e00-\u9fff（）()·]*(?:法|典|条例|规定|办法|细则|规则|解释|决定|意见|通知|方案|章程|准则|制度)(?:[（(][^（）()]{1,8}[）)])?$"
)
_LINK = re.compile(r"(?:(?:里面|里边|当中|之中|中|里|内)?的?|[,，、：:])\s*$")
_NOTE = re.compile(r"[（(][^（）()]*(?:修正|修订|修改|年|公布|施行)[^（）()]*[）)]$")
_STATE = "中华人民共和国"
_LOCAL = re.compile(r"^[\u4e00-\u9fff]{2,6}?(?:自治区|省|市)(?=.{4})")
_LONGEST_TITLE = 30

_ABBREVIATIONS = {
    "民诉法": "民事诉讼法",
    "刑诉法": "刑事诉讼法",
    "行诉法": "行政诉讼法",
    "消法": "消费者权益保护法",
    "消保法": "消费者权益保护法",
    "道交法": "道路交通安全法",
    "交通安全法": "道路交通安全法",
    "交通法": "道路交通安全法",
    "治安处罚法": "治安管理处罚法",
    "治安管理法": "治安管理处罚法",
    "未保法": "未成年人保护法",
    "个保法": "个人信息保护法",
    "社保法": "社会保险法",
    "劳动仲裁法": "劳动争议调解仲裁法",
    "老年人保护法": "老年人权益保障法",
    "妇女保护法": "妇女权益保障法",
    "环境噪声污染防治法": "噪声污染防治法",
    "噪音污染防治法": "噪声污染防治法",
    "公积金条例": "住房公积金管理条例",
    "公积金管理条例": "住房公积金管理条例",
    "物业条例": "物业管理条例",
    "信访条例": "信访工作条例",
}
"""What people call national statutes. The name as said is looked up as well, before the full title."""


@dataclass(frozen=True, slots=True)
class ArticleReference:
    """An article named in a text: its ``article_key``, and title keys to try for its law, the longest reading first."""

    laws: tuple[str, ...]
    article: str


def title_key(title: str) -> str:
    """A title as a look-up key: NFKC, without book marks, blanks, edition note or 中华人民共和国."""
    folded = re.sub(r"[\s《》〈〉<>]", "", unicodedata.normalize("NFKC", title))
    return _NOTE.sub("", folded).removeprefix(_STATE)


def short_title_key(title: str) -> str:
    """The key without the place that a local rule begins with: 北京市物业管理条例 gives 物业管理条例."""
    return _LOCAL.sub("", title_key(title))


def article_key(label: str) -> str:
    """第二十条 and 第20条 give "20", 第一百二十条之一 gives "120-1"; "" when the label is no article."""
    found = _ARTICLE.fullmatch(unicodedata.normalize("NFKC", label).strip())
    return _key(found) if found else ""


def find_references(text: str) -> list[ArticleReference]:
    """Articles named together with a law, in reading order, without repeats."""
    folded = unicodedata.normalize("NFKC", text)
    references: list[ArticleReference] = []
    laws: tuple[str, ...] = ()
    end = 0
    for found in _ARTICLE.finditer(folded):
        laws = _laws_before(folded[end : found.start()]) or laws
        end = found.end()
        reference = ArticleReference(laws, _key(found))
        if laws and reference not in references:
            references.append(reference)
    return references


def _key(found: re.Match[str]) -> str:
    number = _value(found[1] or found[2])
    return f"{number}-{_value(found[3])}" if found[3] else str(number)


def _value(numeral: str) -> int:
    return int(numeral) if numeral.isascii() else number_of(numeral)


def _laws_before(text: str) -> tuple[str, ...]:
    """Possible titles at the end of ``text``: what stands in book marks, else every ending of the Han run."""
    text = _LINK.sub("", text.rstrip())
    book = _BOOK_TITLE.search(text)
    if book:
        names = [title_key(book[1])]
    else:
        run = _BARE_TITLE.search(text)
        bare = title_key(run[0])[-_LONGEST_TITLE:] if run else ""
        names = [bare[start:] for start in range(len(bare) - 1)]
    return tuple(dict.fromkeys(key for name in names for key in (name, _ABBREVIATIONS.get(name, name))))
