"""Stage ``redact_appeal``: the only one that sees the citizen's own words, number and name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import normalize

from assistant.domain.appeal import Appeal, Intake, Utterance
from assistant.domain.appellant_key import appellant_key
from assistant.domain.normalise import clean
from assistant.domain.pii import TokenNumbering, redact

CITIZEN = "citizen"
_ASKS_NAME = re.compile("贵姓|姓什么|称呼|姓名|名字|叫什么|全名|联系人|哪位|户主|写谁")
_NOT_PUNCTUATION = re.compile("[^，：；！？（）～]+")


class RedactAppeal:
    """``secret`` keys the hash of a phone number, so that it cannot be found by trying all numbers."""

    def __init__(self, secret: bytes) -> None:
        if not secret:
            raise ValueError("an unkeyed hash of a phone number can be found by trying all numbers")
        self._secret = secret

    async def __call__(self, intake: Intake) -> Appeal:
        """Text is NFKC and masked. Of a transcript only the citizen's turns are the appeal; all turns are kept masked."""
        numbering = TokenNumbering()
        turns = tuple(_masked_turns(intake.transcript, numbering))
        spoken = "\n".join(turn.text for turn in turns if turn.speaker == CITIZEN)
        text = "\n".join(part for part in (_masked(intake.text, numbering), spoken) if part)
        address = _masked(intake.address, numbering) if intake.address else None
        key = appellant_key(self._secret, intake.phone or "")
        return Appeal(text, intake.received_at, intake.channel, turns, address, key, text, intake.sees_past)


def _masked_turns(turns: Sequence[Utterance], numbering: TokenNumbering) -> Iterator[Utterance]:
    """A name that one turn gives away is masked in all of them: the agent repeats it."""
    masked = list(_turn_by_turn(turns, numbering))
    for turn in masked:
        text = turn.text
        for name, token in numbering.names().items():
            text = text.replace(name, token)
        yield Utterance(turn.speaker, text)


def _turn_by_turn(turns: Sequence[Utterance], numbering: TokenNumbering) -> Iterator[Utterance]:
    """A turn that answers 您贵姓 is read as a name."""
    asked = False
    for turn in turns:
        by_citizen = turn.speaker == CITIZEN
        yield Utterance(turn.speaker, _masked(turn.text, numbering, by_citizen, asked and by_citizen))
        asked = not by_citizen and bool(_ASKS_NAME.search(turn.text))


def _masked(text: str, numbering: TokenNumbering, by_citizen: bool = True, asked_name: bool | None = None) -> str:
    return redact(_readable(text), numbering, by_citizen=by_citizen, asked_name=asked_name)[0]


def _readable(text: str) -> str:
    """NFKC but for Chinese punctuation: people read this text."""
    return _NOT_PUNCTUATION.sub(lambda run: normalize("NFKC", run[0]), clean(text))
