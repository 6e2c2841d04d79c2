import re
from pathlib import Path

import pytest
import yaml

from evals.grammar import made_sentences

GRAMMARS = sorted((Path(__file__).parents[3] / "evals" / "tasks").rglob("*_grammar.yaml"))


def test_slots_nest_and_the_same_seed_gives_the_same_sentences(tmp_path: Path) -> None:
    path = tmp_path / "grammar.yaml"
    path.write_text("sentences: ['<a>！']\nslots: {a: ['<b>了', '<b>吗'], b: [火, 水]}\n", encoding="utf-8")
    made = list(made_sentences(path, 30))
    assert set(made) == {"火了！", "水了！", "火吗！", "水吗！"}
    assert made == list(made_sentences(path, 30))


def test_a_slot_that_is_not_declared_is_told(tmp_path: Path) -> None:
    path = tmp_path / "grammar.yaml"
    path.write_text("sentences: ['<a>']\nslots: {}\n", encoding="utf-8")
    with pytest.raises(KeyError):
        list(made_sentences(path, 1))


@pytest.mark.parametrize("path", GRAMMARS, ids=lambda path: path.stem)
def test_our_grammars_leave_no_slot_open(path: Path) -> None:
    told = {"event": ["火了"], "first": ["火了"]} if path.stem.startswith("framed") else {}
    assert len(list(made_sentences(path, 2_000, further=told))) == 2_000
    grammar = yaml.safe_load(path.read_text(encoding="utf-8"))
    # A slot's words may hold marks of their own (<div hidden>, in the grammars of attacks); a sentence has slots only.
    assert not [text for text in grammar["sentences"] if "<" in re.sub(r"<\w+>", "", text)]
