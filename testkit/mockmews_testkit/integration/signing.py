"""Signatures by which a channel proves that a request is its own: Meta's, Twilio's, and HMAC in general."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from mockmews_testkit.integration.variables import Template, Values

SCHEMES = ("meta", "twilio", "hmac")
META_HEADER = "X-Hub-Signature-256"
TWILIO_HEADER = "X-Twilio-Signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """How a request is signed. `header` and `encoding` (hex or base64) belong to the scheme hmac."""

    scheme: str
    secret: Template
    header: str = "X-Signature"
    encoding: str = "hex"

    def headers(self, values: Values, *, url: str, form: Mapping[str, str], body: bytes) -> dict[str, str]:
        """The header for one request, made from the very bytes that are sent."""
        secret = self.secret.fill(values).encode()
        if self.scheme == "meta":
            return {META_HEADER: f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"}
        if self.scheme == "twilio":
            signed = url + "".join(f"{name}{form[name]}" for name in sorted(form))
            digest = hmac.new(secret, signed.encode(), hashlib.sha1).digest()
            return {TWILIO_HEADER: base64.b64encode(digest).decode()}
        digest = hmac.new(secret, body, hashlib.sha256).digest()
        shown = digest.hex() if self.encoding == "hex" else base64.b64encode(digest).decode()
        return {self.header: shown}
