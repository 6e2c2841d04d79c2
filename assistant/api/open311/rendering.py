"""GeoReport v2 answers as JSON and XML. Only written, never read: no entity of a caller is ever expanded."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.responses import Response

Record = Mapping[str, Any]
JSON, XML = "json", "xml"
FORMATS = {JSON: "application/json; charset=utf-8", XML: "text/xml; charset=utf-8"}
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer(records: Sequence[Record], root: str, item: str, extension: str, status: int = 200) -> Response:
    """A list of ``item`` below ``root``; in JSON the list alone, as the specification shows it."""
    body = as_json(records) if extension == JSON else as_xml(records, root, item)
    return Response(body, status, {"cache-control": "private, no-store"}, FORMATS[extension])


def definition(record: Record, extension: str) -> Response:
    """One service definition: an object in JSON, the root itself in XML."""
    body = as_json(record) if extension == JSON else _document(_filled(Element("service_definition"), record))
    return Response(body, 200, {}, FORMATS[extension])


def as_json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def as_xml(records: Sequence[Record], root: str, item: str) -> bytes:
    top = Element(root)
    for record in records:
        _filled(SubElement(top, item), record)
    return _document(top)


def _document(top: Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, "unicode").encode()


def _filled(node: Element, record: Record) -> Element:
    """Lists are named in the plural and their items in the singular (attributes, attribute), as in the specification."""
    for name, value in record.items():
        child = SubElement(node, name)
        if isinstance(value, list):
            for one in value:
                _filled(SubElement(child, name.removesuffix("s")), one)
        elif value is not None:
            child.text = _NOT_XML.sub("", _word(value))
    return node


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def error(status: int, description: str, extension: str) -> tuple[bytes, str]:
    """The body and its media type. ``code`` is the HTTP status, as in the examples of the specification."""
    record = {"code": status, "description": description}
    body = as_xml([record], "errors", "error") if extension == XML else as_json([record])
    return body, FORMATS[XML if extension == XML else JSON]
