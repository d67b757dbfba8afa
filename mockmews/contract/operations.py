"""The four operations, as the document describes them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from mockmews.contract.document import document, schema

_PREFIX = "/api/connector/v1/"
_DOCUMENTATION = "https://mews-systems.gitbook.io/connector-api/"
BASE_FIELDS = ("ClientToken", "AccessToken", "Client", "LanguageCode", "CultureCode")


class Operation(Struct, frozen=True):
    """One operation: `messages/add` and what its request and response are called.

    `collection` is the array of the response, `fields` are the operation's own request fields in the
    order in which they are checked (contract.md 3), `page` is its page below the documentation.
    """

    name: str
    path: str
    operation_id: str
    page: str
    request: str
    response: str
    collection: str
    fields: tuple[str, ...]

    @property
    def paginated(self) -> bool:
        """Whether it returns pages (contract.md 4)."""
        return "Limitation" in self.fields


def page(described: Mapping[str, Any]) -> str:
    """The page of the documentation, below its root, that something in the document refers to, or ``."""
    url: str = described.get("externalDocs", {}).get("url", "")
    return url.removeprefix(_DOCUMENTATION)


def _operation(path: str, described: Mapping[str, Any]) -> Operation:
    request = _schema_name(described["requestBody"])
    response = _schema_name(described["responses"]["200"])
    arrays = [name for name, each in schema(response)["properties"].items() if each["type"] == "array"]
    return Operation(
        name=path.removeprefix(_PREFIX),
        path=path,
        operation_id=described["operationId"],
        page=page(described),
        request=request,
        response=response,
        collection=arrays[0],
        fields=tuple(name for name in schema(request)["properties"] if name not in BASE_FIELDS),
    )


def _schema_name(body: Mapping[str, Any]) -> str:
    reference: str = body["content"]["application/json"]["schema"]["$ref"]
    return reference.rpartition("/")[2]


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        each.name: each
        for each in (_operation(path, methods["post"]) for path, methods in document()["paths"].items())
    }
)
