"""What an app under test is told of the fake, and what it tells: the `mews` of a test that makes its own app."""

from __future__ import annotations

from collections.abc import Callable

from mockmews_testkit.integration.contract import Place


class Connection:
    """One integration, as an app sees it. `url` is the platform address, the tokens are those of the app."""

    def __init__(self, place: Place, set_webhook: Callable[[str], object]) -> None:
        self.url = place.mews_url
        self.client_token = place.client_token
        self.access_token = place.access_token
        self.webhook_token = place.webhook_token
        self.control_url = place.control_url
        self.webhook_url: str | None = None
        self._set_webhook = set_webhook

    @property
    def env(self) -> dict[str, str]:
        """The same as variables of an environment, for an app that is a process of its own."""
        return {
            "MEWS_URL": self.url,
            "MEWS_CONTROL_URL": self.control_url,
            "MEWS_CLIENT_TOKEN": self.client_token,
            "MEWS_ACCESS_TOKEN": self.access_token,
            "MEWS_WEBHOOK_TOKEN": self.webhook_token,
        }

    def webhook_to(self, url: str) -> str:
        """Mews sends its webhooks to this address from now on; `${webhook_token}` in it is filled by Mews.

        Returns the address. Raises ControlError where it cannot be one.
        """
        self._set_webhook(url)
        self.webhook_url = url
        return url
