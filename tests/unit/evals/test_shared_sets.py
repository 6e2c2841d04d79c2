"""Every public set can be read as the tables of docs/quality.md say: its rows are there, with the fields that tasks use."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.files import read_rows

SETS = {
    "corpus/laws.jsonl.gz": "id title text region",
    "corpus/laws_articles.jsonl.gz": "id docid law article text",
    "corpus/hebei.jsonl.gz": "id title text",
    "corpus/ncp.jsonl": "id text",
    "corpus/district_plan.jsonl": "id title text",
    "retrieve/lecoqa.jsonl": "id question relevant relevant_groups",
    "retrieve/ncp.jsonl": "id question relevant",
    "classify/taidi.jsonl": "id title content label",
    "classify/train_segmented.jsonl.gz": "id tokens label",
    "classify/taxonomy.jsonl": "l1 l2 l3",
    "replies/taidi.jsonl": "id title content reply",
    "topics/messages.jsonl.gz": "id title content",
    "tickets/fuzhou.jsonl": "id title content type",
    "route/beijing_letters.jsonl": "id title content units",
    "route/taipei.jsonl": "id title units",
    "screen/screen.jsonl": "id text attack category kind",
    "screen/safetybench_mcq.jsonl": "id category question options answer",
    "similar/bq_dev.jsonl": "q1 q2 label",
    "similar/lcqmc_dev.jsonl": "q1 q2 label",
    "similar/ncov_dev.jsonl": "q1 q2 label",
    "similar/ncov_train.jsonl": "q1 q2 label",
    "address/train.jsonl": "text tags",
    "address/dev.jsonl": "text tags",
    "qa/hsinchu_faq.jsonl": "id question answer",
    "qa/lawbench_3-8.jsonl": "id question answer",
    "qa/affairqa.jsonl": "id question answer",
    "qa/affairqa_kb.jsonl.gz": "table name",
}


@pytest.mark.parametrize(("name", "fields"), SETS.items())
def test_a_shared_set_is_read(shared_data: Path, name: str, fields: str) -> None:
    rows = list(read_rows(shared_data / name, limit=20))
    assert rows
    assert all(set(fields.split()) <= row.keys() for row in rows)


def test_no_shared_set_is_left_out(shared_data: Path) -> None:
    found = {str(path.relative_to(shared_data)) for path in shared_data.rglob("*.jsonl*")}
    assert found == set(SETS)
