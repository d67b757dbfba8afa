"""A machine for the right app, and one for each flaw; stories that they save name them as their app."""

from __future__ import annotations

from typing import Any, ClassVar

from mockmews_testkit.strategies import ConversationMachine
from tests.integrations.machine import flaws
from tests.integrations.machine.concierge import Concierge


class Right(ConversationMachine):
    """Holds."""

    App: ClassVar[type[Concierge]] = Concierge

    def make_app(self, mews: Any) -> Concierge:
        return self.App(mews)


class LastId(Right):
    App = flaws.RemembersTheLastId


class EqualText(Right):
    App = flaws.ShowsAnEqualTextOnce


class Limited(Right):
    App = flaws.LosesWhatWasLimited


class Twice(Right):
    App = flaws.AddsTwice


class Own(Right):
    App = flaws.ShowsItsOwn


class Mixed(Right):
    App = flaws.MixesTwoGuests


class Arrival(Right):
    App = flaws.OrdersByArrival


class Forgetful(Right):
    App = flaws.ForgetsOnRestart


class OnePage(Right):
    App = flaws.ReadsOnePage
