"""The composition root's part for past orders: what appeals are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from assistant.adapters.catalogue_files import load_catalogue
from assistant.bootstrap.orders import OpenOnce
from assistant.city_pack import city_pack_folder
from assistant.desks.watch import Receivers, WatchDesk
from assistant.domain.signal_topics import Texts
from assistant.ports.triage import OrderHistory
from assistant.settings import Settings

if TYPE_CHECKING:  # answering a question must not wait for SQLAlchemy to be imported
    from assistant.adapters.order_history import FollowedHistory
    from assistant.adapters.sql_order_feed import SqlOrderFeed
    from assistant.adapters.sql_watch import SqlWatch

FOLDER = "similar"
"""Under ``data_dir``: the index of the order database; under ``models_dir``: that of the history learned from."""


def order_history(settings: Settings, orders: OpenOnce) -> FollowedHistory:
    """The order database as a history; nothing is opened yet."""
    from assistant.adapters.order_history import FollowedHistory

    def feed() -> SqlOrderFeed:
        from assistant.adapters.sql_order_feed import SqlOrderFeed

        return SqlOrderFeed(orders().store.engine)

    return FollowedHistory(feed, settings.data_dir / FOLDER)


def watch_desk(settings: Settings, orders: OpenOnce) -> WatchDesk:
    """Nothing is opened or read yet."""

    def book() -> SqlWatch:
        from assistant.adapters.sql_watch import SqlWatch

        return SqlWatch(orders().store.engine)

    @cache
    def receivers() -> Receivers:
        catalogue = load_catalogue(city_pack_folder(settings.city_pack) / "catalogue")
        return Receivers.of(settings.watch.receivers, catalogue.dispatch)

    return WatchDesk(book, lambda cell: receivers()(cell), grouped_texts)


def grouped_texts(texts: Texts) -> Sequence[int]:
    from assistant.similarity.topics import Message, group_topics

    return [int(group) for group in group_topics([Message(title, content) for title, content in texts])]


def has_orders(settings: Settings) -> bool:
    """Whether there is a database to compare with; a first triage must not create one."""
    return settings.orders.database_url is not None or (settings.data_dir / "orders.db").exists()


def history_at_once(settings: Settings) -> FollowedHistory | None:
    """For a command that triages and ends: loaded, followed and kept on disk for the next. Raises ``StoreUnavailable``."""
    if not has_orders(settings):
        return None
    orders = OpenOnce(settings)
    try:
        history = order_history(settings, orders)
        history.warm_up()
        history.save()
        history.pause()
    finally:
        orders.close()
    return history


def joined(settings: Settings, history: OrderHistory | None) -> OrderHistory | None:
    """With the history that ``hotline learn`` left in ``models_dir``. Raises ``IndexUnusable``."""
    folder = settings.models_dir / FOLDER if settings.models_dir is not None else None
    if folder is None or not folder.is_dir():
        return history
    from assistant.adapters.order_history import IndexedHistory, JoinedHistories
    from assistant.similarity.storage import IndexUnusable, load

    try:
        learned = IndexedHistory(load(folder)[0])
    except IndexUnusable as error:
        raise IndexUnusable(f"相似工单的索引不能用（{error}）；请重新运行 hotline learn。") from error
    return learned if history is None else JoinedHistories((history, learned))
