"""Events: what the world tells its subscribers when a message was added."""

from __future__ import annotations

from mockmews.engine.outbox import Outbox
from mockmews.engine.worlds import LiveWorld
from mockmews.instants import Instant
from mockmews.model.messages import Message, MessageThread, Sender
from mockmews.model.webhooks import MESSAGE_ADDED, WebhookEvent


class Events:
    """Publishes MessageAdded; threads made or resolved raise nothing (contract.md 13 rows 17, 18)."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def raises(self, world: LiveWorld, sender: Sender) -> bool:
        """Whether a message of this sender raises the event: where the integration is enabled, subscribes
        to it, and has a webhook URL.

        An application's own messages raise it too, unless `own_messages` is false (contract.md 13 row 12).
        """
        noun = world.noun
        if world.webhook_url is None or not noun.enabled or MESSAGE_ADDED not in noun.events:
            return False
        return sender is not Sender.APPLICATION or world.settings.own_messages

    def message_added(
        self,
        world: LiveWorld,
        thread: MessageThread,
        message: Message,
        *,
        at: Instant,
        cause: int,
        early: bool = False,
    ) -> None:
        """File the event, if the message raises it; an `early` one does not wait for the lag."""
        if self.raises(world, message.sender):
            event = WebhookEvent(MESSAGE_ADDED, message.id)
            self._outbox.gather(
                world, thread.enterprise_id, event, at=at, cause=cause, message=message, early=early
            )
