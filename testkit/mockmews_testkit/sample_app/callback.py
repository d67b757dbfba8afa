"""To the guest: POSTs every message shown to a guest to the chat channel, in order, until it is taken."""

from __future__ import annotations

import json
import logging

import httpx

from mockmews_testkit.sample_app.lanes import Lanes, Outcome
from mockmews_testkit.sample_app.settings import Settings
from mockmews_testkit.sample_app.store import Store

log = logging.getLogger(__name__)


class Callback:
    """One lane a guest. A POST is repeated with the same id, by which the receiver knows it."""

    def __init__(self, *, store: Store, http: httpx.AsyncClient, settings: Settings) -> None:
        self._store = store
        self._http = http
        self._url = settings.chat_callback
        self.lanes = Lanes(self._step, backoff_base=settings.backoff_base)

    async def _step(self, guest: str, _failures: int) -> Outcome:
        line = self._store.next_to_show(guest)
        if line is None:
            return Outcome.IDLE
        # Without a callback the guest's page asks for GET /chat/{guest}, where the line stands already.
        if self._url is not None:
            body = json.dumps({"to": guest, "message": {"id": line.id, "text": line.text}})
            try:
                response = await self._http.post(
                    self._url, content=body.encode(), headers={"Content-Type": "application/json"}
                )
            except httpx.HTTPError as error:
                log.warning("callback: %s", type(error).__name__)
                return Outcome.FAILED
            if not response.is_success:
                log.warning("callback: %s", response.status_code)
                return Outcome.FAILED
        self._store.shown(line)
        return Outcome.DONE
