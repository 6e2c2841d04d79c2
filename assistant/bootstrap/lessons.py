"""The composition root's part for what upheld objections and corrections teach."""

from __future__ import annotations

from collections.abc import Callable

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.followed_corrections import FollowedCorrections
from assistant.bootstrap.history import has_orders
from assistant.bootstrap.orders import OpenOnce, WorkOrders
from assistant.city_pack import city_pack_folder
from assistant.domain.catalogue import UnitKind
from assistant.settings import Settings


def unit_lessons(settings: Settings, open_orders: Callable[[], WorkOrders]) -> FollowedCorrections:
    """Nothing is opened yet. Raises ``DataMissing``, ``DataFileError``."""
    catalogue = load_catalogue(city_pack_folder(settings.city_pack) / "catalogue")
    streets = frozenset(unit.id for unit in catalogue.units if unit.kind is UnitKind.STREET)
    return FollowedCorrections(lambda: open_orders().corrections, streets)


def lessons_at_once(settings: Settings) -> FollowedCorrections | None:
    """For a command that triages and ends. Raises ``StoreUnavailable``."""
    if not has_orders(settings):
        return None
    orders = OpenOnce(settings)
    try:
        lessons = unit_lessons(settings, orders)
        lessons.refresh()
    finally:
        orders.close()
    return lessons.at_rest()
