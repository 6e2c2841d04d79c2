"""An answer as plain text for reading and reading aloud: sentences with [1] marks, then 依据, notes and the labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.contracts import CheckedAnswer, Citation, CitedSentence, NearestDocument
from assistant.domain.statements import heading_of
from assistant.statuses import Labels

EXCERPT_INTRO = "有关规定摘录如下："
PERSON = "如需进一步帮助，请拨打12345或选择“转人工”，由工作人员核实后答复。"


def sentence_delta(sentence: CitedSentence, shown: Sequence[CitedSentence]) -> str:
    """What to append for ``sentence`` after ``shown``; appending all of them in turn gives the body of the answer."""
    marks = "".join(f"[{number}]" for number in sentence.citations)
    if not sentence.verbatim:
        return f"{sentence.text}{marks}"
    first = not any(earlier.verbatim for earlier in shown)
    intro = ("\n\n" if shown else "") + EXCERPT_INTRO if first else ""
    return f"{intro}\n• {sentence.text}{marks}"


def body(sentences: Sequence[CitedSentence]) -> str:
    return "".join(sentence_delta(sentence, sentences[:at]) for at, sentence in enumerate(sentences))


def closing(answer: CheckedAnswer, as_of: date, notes: Sequence[str], labels: Labels) -> str:
    """All that follows the sentences. ``as_of``: the day on which every cited text is in force."""
    sources = "\n".join(citation_line(citation) for citation in answer.citations)
    day = f"{as_of.year}年{as_of.month}月{as_of.day}日"
    caution = labels.unverified + "。" if any(citation.unverified for citation in answer.citations) else ""
    parts = [f"依据（{day}有效）：\n{sources}", *(note for note in (caution, *notes) if note), label_of(answer, labels)]
    return "\n\n" + "\n\n".join(parts)


def citation_line(citation: Citation) -> str:
    """``[1] 《标题》第十二条第二款（文号，2024-03-29起施行）；法律依据：《…》第二十条``."""
    heading = heading_of(citation.path)
    place = citation.clause or (f"“{heading}”" if heading else "")
    until = f"，{citation.repealed_on.isoformat()}起废止" if citation.repealed_on else ""
    since = f"{citation.effective_from.isoformat()}起施行{until}" if citation.effective_from else until.lstrip("，")
    pending = "待核对" if citation.unverified else ""
    facts = "，".join(fact for fact in (citation.document_number, since, pending) if fact)
    basis = f"；法律依据：{'、'.join(citation.basis)}" if citation.basis else ""
    return f"[{citation.number}] 《{citation.title}》{place}" + (f"（{facts}）" if facts else "") + basis


def label_of(answer: CheckedAnswer, labels: Labels) -> str:
    """The label of AI-generated content, with 摘录式答复 for quotations and a word on degradation where it applies."""
    verbatim = any(sentence.verbatim for sentence in answer.sentences)
    degraded = any(name.startswith("chat_model") for name in answer.degraded)
    parts = [labels.degraded if degraded else "", labels.extractive if verbatim else "", labels.ai_generated]
    return "【" + "｜".join(part for part in parts if part) + "】"


def refusal(text: str, nearest: Sequence[NearestDocument]) -> str:
    """An honest refusal with the nearest documents and a way to a person."""
    if not nearest:
        return f"{text}\n\n{PERSON}"
    titles = "\n".join(f"• 《{document.title}》{document.clause}" for document in nearest)
    return f"{text}\n\n以下文件内容相近，供您参考：\n{titles}\n\n{PERSON}"
