"""Work orders in the words of Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2). Nobody's identity is among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import blake2s
from typing import Any

from assistant.domain.appeal import AppealType
from assistant.domain.catalogue import SEPARATOR, Catalogue, Category, UnitKind
from assistant.domain.order_progress import in_public_words
from assistant.domain.time_limits import BEIJING
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.ports.orders import OrderRow

OVER = (OrderState.CLOSED, OrderState.MERGED)
OPEN, CLOSED = "open", "closed"


def service_code(category: str) -> str:
    """Ten hex digits: the name of a category holds slashes. The same for the same name, whatever the catalogue's order."""
    return blake2s(category.encode(), digest_size=5).hexdigest()


@dataclass(frozen=True)
class Services:
    """The narrowest categories of the city pack as services."""

    catalogue: Catalogue

    @cached_property
    def by_code(self) -> Mapping[str, Category]:
        names = {category.name for category in self.catalogue.categories}
        parents = {name.rsplit(SEPARATOR, 1)[0] for name in names if SEPARATOR in name}
        leaves = [category for category in self.catalogue.categories if category.name not in parents]
        return {service_code(leaf.name): leaf for leaf in leaves}

    @cached_property
    def unit_names(self) -> Mapping[str, str]:
        return {unit.id: unit.name for unit in self.catalogue.units}

    def listed(self) -> Iterator[dict[str, Any]]:
        for code, category in self.by_code.items():
            yield {
                "service_code": code,
                "service_name": category.path[-1],
                "description": category.name,
                "metadata": True,
                "type": "realtime",
                "keywords": ",".join(category.cues),
                "group": SEPARATOR.join(category.path[:-1]),
            }

    def attributes(self, code: str) -> dict[str, Any]:
        """The definition of a service; every one asks for the same."""
        types = [(kind.value, kind.value) for kind in AppealType]
        streets = [(unit.id, unit.name) for unit in self.catalogue.units if unit.kind is UnitKind.STREET]
        secrecy = [("true", "是"), ("false", "否")]
        return {
            "service_code": code,
            "attributes": [
                _choice("type", "诉求类型", types, 1),
                _choice("street", "事发街乡", streets, 2),
                _choice("confidential", "保密：承办单位看不到诉求人", secrecy, 3),
            ],
        }


def _choice(code: str, description: str, values: list[tuple[str, str]], order: int) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": "",
        "order": order,
        "description": description,
        "values": [{"key": key, "name": name} for key, name in values],
    }


def status_of(state: OrderState) -> str:
    return CLOSED if state in OVER else OPEN


def zoned(at: datetime | None) -> str | None:
    """W3C date and time with Beijing's offset, to the second."""
    return at.astimezone(BEIJING).isoformat(timespec="seconds") if at else None


def row_record(row: OrderRow, services: Services) -> dict[str, Any]:
    """One line of a list: the title stands for the description, so that a list costs one query."""
    return _record(row, row.title, services.unit_names.get(row.street or "", ""), row.feedback_due, services)


def order_record(order: WorkOrder, due: datetime | None, services: Services) -> dict[str, Any]:
    """One order; its texts were masked when it was opened."""
    place = order.place or services.unit_names.get(order.street or "", "")
    return _record(order, order.content or order.title, place, due, services)


def _record(
    order: OrderRow | WorkOrder, description: str, place: str, due: datetime | None, services: Services
) -> dict[str, Any]:
    return {
        "service_request_id": order.id,
        "status": status_of(order.state),
        "status_notes": in_public_words(order.state),
        "service_name": order.category.rsplit(SEPARATOR, 1)[-1],
        "service_code": service_code(order.category),
        "description": description,
        "agency_responsible": services.unit_names.get(order.lead or "", order.lead_name),
        "service_notice": f"工单编号 {order.number}",
        "requested_datetime": zoned(order.received_at),
        "updated_datetime": zoned(order.updated_at),
        "expected_datetime": zoned(due),
        "address": place,
        "address_id": order.street,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }
