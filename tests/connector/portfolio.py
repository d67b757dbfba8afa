"""A portfolio of two hotels as tests see it: an application for each, and one with the portfolio's token."""

from __future__ import annotations

from dataclasses import dataclass

from mockmews.control_methods import ControlMethods
from tests.connector.caller import App, Json


@dataclass(frozen=True, slots=True)
class Portfolio:
    """`apps` are those of the hotels `north` and `south`, which are enterprise ids."""

    north: str
    south: str
    apps: tuple[App, App]
    whole: App

    @classmethod
    def of(cls, url: str, world: Json, control: ControlMethods) -> Portfolio:
        first, second, whole = (
            App(url, {**world, "access_token": each["access_token"]}, control)
            for each in world["access_tokens"]
        )
        north, south = world["enterprise_ids"]
        return cls(north, south, (first, second), whole)

    def close(self) -> None:
        for each in (*self.apps, self.whole):
            each.close()
