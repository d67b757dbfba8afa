"""The rows of the targets: what is compared with what, the gate that must hold and the ambition."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """One row. `unit` is empty for a ratio; without a gate the row only informs.

    `out_of_reach` says why a gate cannot hold any more; to miss it fails no run.
    """

    key: str
    what: str
    gate: float | None = None
    ambition: float | None = None
    unit: str = ""
    out_of_reach: str = ""


_MOCKOON = "Mockoon 8 and 9 cost some 16 times the floor, so the floor alone takes three quarters of the gate"

TARGETS = (
    Target("add", "messages/add in memory : floor", 4.5, 3.0),
    Target("add_file", "messages/add on a WAL file : in memory", 2.0, 1.5),
    Target("add_subscribed", "messages/add with a webhook subscriber : without", 2.0, 1.4),
    Target("get", "messages/getAll, page of 10 : floor", 4.0, 3.0),
    Target("get_long", "messages/getAll at 1M messages : at 1k", 4.0, 2.0),
    Target("peer_prism", "messages/add : Prism, silent", 0.6, 0.4),
    Target("peer_mockoon", "messages/add : Mockoon", 0.08, 0.06, out_of_reach=_MOCKOON),
    Target("peer_httpserver", "messages/add : pytest-httpserver", 0.45, 0.30),
    Target("peer_wiremock", "messages/add : WireMock without its journal"),
    Target("peer_localstripe", "messages/add : a customer of localstripe"),
    Target("delivery", "webhook delivery, logged and retried : aiohttp's bare POST", 1.3, 0.5),
    Target("transport", "webhook POST alone : aiohttp's bare POST"),
    Target("start", "start to first 2xx : floor's", 1.6, 1.35),
    Target("memory_start", "memory at start : floor's", 1.6, 1.35),
    Target("memory_message", "memory growth per stored message", 1.0, 0.6, "KiB"),
    Target("server_start", "start of MockMewsServer : of a uvicorn thread", 0.5, 0.2),
    Target("server_stop", "stop of MockMewsServer : of a uvicorn thread", 0.05, 0.005),
    Target("integration", "fresh integration in-process, made and deleted", 2.0, 0.5, "ms"),
    Target("growth_threads", "messages/add with 10,000 threads : with 16", 2.0, 1.3),
    Target("growth_worlds", "making a world, the 10,000th : the first", 2.0, 1.3),
    Target("growth_connections", "messages/add over 1,000 connections : over 16", 2.0, 1.3),
    Target("growth_webhooks", "webhooks to a slow receiver, the 100,000th : the first", 2.0, 1.3),
    Target("memory_world", "memory for each world", unit="KiB"),
    Target("memory_webhook", "memory for each webhook that was delivered", unit="KiB"),
    Target("plugin", "a collect-only run with the plugin, unused : without", 1.10, 1.05),
    Target("conversation", "the documented conversation, without the final quiet", 100, 25, "ms"),
    Target("conversations_at_once", "CPU of a conversation among 1,000 at once : alone", 1.3, 1.1),
    Target("conversation_late", "a conversation with 5 min of lag and 3 retries", 200, 50, "ms"),
)
