"""A concierge on text messages by Twilio: signed forms in, forms out."""

from __future__ import annotations

import base64
import hmac
import os
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.integrations.likenesses.concierge import Answer, Concierge, Web, serve

ACCOUNT = os.environ["TWILIO_ACCOUNT_SID"]
SECRET = os.environ["TWILIO_AUTH_TOKEN"]
TWILIO = httpx.Client(base_url=os.environ["TWILIO_URL"], auth=(ACCOUNT, SECRET), trust_env=False)


def show(guest: str, text: str, message: str) -> None:
    form = {"To": guest, "From": os.environ["TWILIO_NUMBER"], "Body": text}
    answer = TWILIO.post(f"2010-04-01/Accounts/{ACCOUNT}/Messages.json", data=form)
    assert answer.status_code == 201, message


class Sms(Web):
    def route(self, body: bytes) -> Answer:
        path = urlsplit(self.path).path
        if path == "/webhooks/mews":
            return CONCIERGE.webhook(self.path, body)
        if path != "/sms":
            return Answer(404)
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        signed = os.environ["PUBLIC_URL"] + self.path + "".join(name + form[name] for name in sorted(form))
        wanted = base64.b64encode(hmac.digest(SECRET.encode(), signed.encode(), "sha1")).decode()
        if not hmac.compare_digest(self.headers.get("X-Twilio-Signature", ""), wanted):
            return Answer(403, "signature", "text/plain")
        CONCIERGE.guest_wrote(form["From"], form.get("ProfileName", form["From"]), form["Body"])
        return Answer(200, "<Response/>", "text/xml")


CONCIERGE = Concierge(show)

if __name__ == "__main__":
    serve(Sms)
