"""``hotline completion bash|zsh``: print a script that completes command names."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

WORDS = (
    *("accounts", "ask", "audit", "backup", "calls", "completion", "config", "corpus", "dataset", "doctor", "evals"),
    *("follow-ups", "learn", "orders", "rates", "search", "serve", "triage", "watch"),
)
"""All commands: a command may not read the program's own list, which imports commands."""
TEMPLATE = {
    "bash": 'complete -W "{words}" hotline',
    "zsh": 'compdef \'_arguments "1: :({words})" "*: :_files"\' hotline',
}


@dataclass(frozen=True)
class CompletionCommand:
    help: str = 'print a shell completion script\n\nexample: eval "$(hotline completion bash)"'

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("shell", choices=sorted(TEMPLATE))

    def execute(self, arguments: argparse.Namespace) -> int:
        print(TEMPLATE[arguments.shell].format(words=" ".join(WORDS)))
        return 0


COMMAND = CompletionCommand()
