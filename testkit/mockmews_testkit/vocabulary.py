"""The words that Mews and the score card fix: operations, webhook events and check ids."""

from __future__ import annotations

OPERATIONS = ("messageThreads/getAll", "messageThreads/add", "messages/getAll", "messages/add")
"""The four operations of guest messaging (contract.md 1)."""

EVENTS = (
    "ServiceOrderUpdated", "ResourceUpdated", "MessageAdded", "ResourceBlockUpdated",
    "CustomerAdded", "CustomerUpdated", "PaymentUpdated",
)  # fmt: skip
"""The discriminators of the General Webhooks (contract.md 9)."""

CHECKS = (
    "REQ-01", "REQ-02", "REQ-03", "REQ-04",
    "THREAD-01", "THREAD-02", "THREAD-03", "THREAD-04", "THREAD-05",
    "SEND-01", "SEND-02", "SEND-03",
    "HOOK-01", "HOOK-02", "HOOK-03", "HOOK-04", "HOOK-05", "HOOK-06", "HOOK-07", "HOOK-08",
    "SHOW-01", "SHOW-02", "SHOW-03", "SHOW-04",
    "ORDER-01", "ORDER-02",
    "LOOP-01", "LOOP-02",
    "RATE-01", "RATE-02", "RATE-03", "RATE-04",
    "ERR-01", "ERR-02", "ERR-03",
    "PAGE-01", "PAGE-02",
    "SEC-01",
)  # fmt: skip
"""The ids of the score card; they are stable."""
