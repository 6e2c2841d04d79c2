"""Where the city pack and the released prompts lie: beside the code in a checkout, inside the package once installed."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


class DataMissing(Exception):  # noqa: N818 - a state, named as the reader would say it
    """A folder that the service cannot do without is absent; the message says which setting names it."""


def city_pack_folder(chosen: Path | None = None) -> Path:
    """Raises ``DataMissing``."""
    return _folder(chosen, "policy_corpus", "HOTLINE_CITY_PACK")


def prompts_folder(chosen: Path | None = None) -> Path:
    """Raises ``DataMissing``."""
    return _folder(chosen, "prompts", "HOTLINE_PROMPTS_DIR")


def _folder(chosen: Path | None, name: str, setting: str) -> Path:
    places = [chosen] if chosen else [PACKAGE / "data" / name, PACKAGE.parent / name]
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        raise DataMissing(f"no folder {places[0]}; set {setting} to the folder that holds it")
    return found
