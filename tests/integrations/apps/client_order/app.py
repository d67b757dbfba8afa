"""A guest chat that is slow, and whose pages sort: it shows what webhooks name, in the order they come.

Each line carries when the hotel wrote it, and the guest's page sorts by that. The app takes a second for
everything, the answer to a webhook included.
"""

from __future__ import annotations

import os
import time
from typing import Any

from tests.integrations.apps.polled.app import Chat, Database, Reader
from tests.integrations.apps.polled.mews import Mews
from tests.integrations.apps.polled.web import Answer, serve

SLOW = 1.0


class SlowReader(Reader):
    """Shows what the events name, one after the other; at a contact of the guest all that is new."""

    def step(self, failures: int) -> bool:
        time.sleep(SLOW)
        return super().step(failures)

    def _look(self, events: list[tuple[str, int]], *, asked: bool) -> None:
        found = {each.id: (guest, each) for guest, each in self._messages(deep=any(n for _, n in events))}
        named = [message for message, _ in events if message in found]
        for message in dict.fromkeys([*named, *(found if asked else ())]):
            self._take(*found[message])


class SlowChat(Chat):
    """Everything takes a second."""

    def webhook(self, body: dict[str, Any]) -> Answer:
        answer = super().webhook(body)
        time.sleep(SLOW)
        return answer


if __name__ == "__main__":
    serve(SlowChat(Database(os.environ["DATABASE"]), Mews.from_environment(), SlowReader))
