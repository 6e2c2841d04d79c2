"""Stage ``redact_appeal``: the only one that sees the citizen's own words, number and name."""

from __future__ import annotations

import re
from unicodedata import normalize

from assistant.domain.appeal import Appeal, Intake, Utterance
from assistant.domain.appellant_key import appellant_key
from assistant.domain.normalise import clean
from assistant.domain.pii import TokenNumbering, redact

CITIZEN = "citizen"
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
        turns = tuple(
            Utterance(turn.speaker, _masked(turn.text, numbering, turn.speaker == CITIZEN))
            for turn in intake.transcript
        )
        spoken = "\n".join(turn.text for turn in turns if turn.speaker == CITIZEN)
        text = "\n".join(part for part in (_masked(intake.text, numbering), spoken) if part)
        address = _masked(intake.address, numbering) if intake.address else None
        key = appellant_key(self._secret, intake.phone or "")
        return Appeal(text, intake.received_at, intake.channel, turns, address, key, text, intake.sees_past)


def _masked(text: str, numbering: TokenNumbering, by_citizen: bool = True) -> str:
    return redact(_readable(text), numbering, by_citizen=by_citizen)[0]


def _readable(text: str) -> str:
    """NFKC but for Chinese punctuation: people read this text."""
    return _NOT_PUNCTUATION.sub(lambda run: normalize("NFKC", run[0]), clean(text))
