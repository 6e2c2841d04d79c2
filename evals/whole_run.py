"""Tasks that look at all rows together (grouping, learning): their outputs are kept as one.

One changed input may change the output of every row, so all are generated anew then; a changed label is only scored anew,
and an unchanged run generates nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evals.case_run import Row
from evals.contracts import RunOptions
from evals.store import Stored, code_hash, data_hash, key_of, open_store


def whole_outputs(
    name: str, config: Mapping[str, Any], inputs: Sequence[Row], options: RunOptions, generate: Callable[[], list[Any]]
) -> tuple[list[Any], float, int]:
    """Outputs in the order of ``inputs``, the seconds that all took when they were generated, and how many were reused."""
    about = (name, code_hash(), config, data_hash([*options.corpus, *options.history]), inputs)
    key = key_of("whole", *about)
    with open_store(options.store) as store:
        if stored := store.find(key):
            return list(stored.output["outputs"]), stored.seconds, len(inputs)
        began = time.perf_counter()
        outputs = generate()
        seconds = time.perf_counter() - began
        store.keep(key, Stored({"outputs": outputs}, seconds))
    return outputs, seconds, 0
