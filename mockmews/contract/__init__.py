"""The contract as data: one OpenAPI document, what is read from it, and the checks made of it."""

from __future__ import annotations

from mockmews.contract.document import document, document_yaml, schema
from mockmews.contract.operations import OPERATIONS, Operation

__all__ = ["OPERATIONS", "Operation", "document", "document_yaml", "schema"]
