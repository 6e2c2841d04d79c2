"""``python -m assistant.api.description``: the OpenAPI description on stdout, without opening an index or a database."""

from __future__ import annotations

import json
import sys
from typing import Any, cast

from assistant.api.app import create_app
from assistant.api.state import ApiContainer
from assistant.setting_sections import Api


class _Unopened:
    """Stands for every part of the container: describing the routes calls none of them."""

    def __getattr__(self, name: str) -> _Unopened:
        return self

    def __call__(self, *_: Any, **__: Any) -> _Unopened:
        return self


def describe() -> dict[str, Any]:
    return create_app(cast(ApiContainer, _Unopened()), Api()).openapi()


if __name__ == "__main__":
    json.dump(describe(), sys.stdout, ensure_ascii=False, indent=1)
