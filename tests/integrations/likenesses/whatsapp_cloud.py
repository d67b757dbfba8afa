"""A concierge on the WhatsApp Cloud API: signed webhooks of Meta in, calls of the Graph API out."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from urllib.parse import urlsplit

import httpx

from tests.integrations.likenesses.concierge import Answer, Concierge, Web, serve

GRAPH = httpx.Client(
    base_url=os.environ["GRAPH_URL"],
    headers={"Authorization": f"Bearer {os.environ['WHATSAPP_TOKEN']}"},
    trust_env=False,
)


def show(guest: str, text: str, message: str) -> None:
    content = {"messaging_product": "whatsapp", "to": guest, "type": "text", "text": {"body": text}}
    answer = GRAPH.post(f"v20.0/{os.environ['PHONE_NUMBER_ID']}/messages", json=content)
    assert answer.json()["messages"][0]["id"].startswith("wamid."), message


class WhatsApp(Web):
    def route(self, body: bytes) -> Answer:
        path = urlsplit(self.path).path
        if path == "/webhooks/mews":
            return CONCIERGE.webhook(self.path, body)
        if path != "/webhooks/whatsapp":
            return Answer(404)
        digest = hmac.new(os.environ["WHATSAPP_APP_SECRET"].encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(self.headers.get("X-Hub-Signature-256", ""), f"sha256={digest}"):
            return Answer(403, {"error": "signature"})
        for entry in json.loads(body)["entry"]:
            for change in entry["changes"]:
                names = {each["wa_id"]: each["profile"]["name"] for each in change["value"]["contacts"]}
                for message in change["value"]["messages"]:
                    guest = message["from"]
                    CONCIERGE.guest_wrote(guest, names[guest], message["text"]["body"])
        return Answer(200, {})


CONCIERGE = Concierge(show)

if __name__ == "__main__":
    serve(WhatsApp)
