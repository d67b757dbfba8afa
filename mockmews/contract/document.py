"""Our own OpenAPI 3.1 document of the contract, whole and schema by schema.

The data lie in openapi.json, not in YAML: reading it so takes 0.3 ms of the start of every server, where
the YAML library alone takes 20. Keywords of ours in it: `x-max-interval-in-months` (contract.md 5),
`x-required-without` (contract.md 3.1), `x-ignored-properties` (contract.md 12 row 5), and the format
`non-blank` (contract.md 13 row 9). There is no `additionalProperties: false` (contract.md 12 row 6).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

_FILE = Path(__file__).with_name("openapi.json")
_REFERENCE = "#/components/schemas/"


@cache
def _source() -> bytes:
    return _FILE.read_bytes()


@cache
def _schemas() -> dict[str, Any]:
    """The schemas to read from; what is handed out is always a copy."""
    schemas: dict[str, Any] = document()["components"]["schemas"]
    return schemas


def document(url: str | None = None) -> dict[str, Any]:
    """The document, fresh at every call; with `url` as the address of its only server."""
    whole: dict[str, Any] = msgspec.json.decode(_source())
    if url is not None:
        whole["servers"] = [{"url": url, "description": "A mockmews server"}]
    return whole


def document_yaml(url: str | None = None) -> str:
    """The same as YAML, which Mews serves at /Swagger/connector/swagger.yaml."""
    import yaml  # here, not above: few servers are ever asked for this

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(document(url), Dumper=dumper, sort_keys=False, allow_unicode=True, width=100))


def schema(name: str) -> dict[str, Any]:
    """One schema of the document as a JSON Schema of its own, every reference replaced by what it names."""
    schemas = _schemas()
    if name not in schemas:
        raise KeyError(f"The document has no schema {name!r}; it has {', '.join(schemas)}.")
    resolved: dict[str, Any] = _resolved(schemas[name], schemas)
    return resolved


def _resolved(node: Any, schemas: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_resolved(each, schemas) for each in node]
    if not isinstance(node, dict):
        return node
    named = {key: _resolved(value, schemas) for key, value in node.items() if key != "$ref"}
    if "$ref" not in node:
        return named
    # OpenAPI 3.1 lets keywords stand beside a reference; they add to what it names.
    return {**_resolved(schemas[node["$ref"].removeprefix(_REFERENCE)], schemas), **named}
