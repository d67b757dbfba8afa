"""Webhooks to https receivers: trusted, untrusted, and ports that speak the other protocol."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from mockmews.engine.transport import Transport
from mockmews.errors import ConfigurationError
from tests.engine.test_transport import BODY, Peer, Receiver, always_ok, failure, on_every_loop


@dataclass(frozen=True, slots=True)
class Papers:
    """A certificate for 127.0.0.1 alone, and the file of the authority that signed it."""

    server: ssl.SSLContext
    ca_file: str


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    authority = trustme.CA()
    ca_file = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    return Papers(server, str(ca_file))


@pytest.mark.parametrize("trust", ["own authority", "insecure"])
@on_every_loop
async def test_post_reaches_a_tls_receiver_over_a_kept_connection(papers: Papers, trust: str) -> None:
    transport = Transport(ca_file=papers.ca_file) if trust == "own authority" else Transport(insecure=True)
    receiver = Receiver(always_ok)
    async with receiver.serve(tls=papers.server):
        for _ in range(3):
            answer = await transport.post(receiver.url, BODY, time_limit=10)
            assert (answer.status, answer.body) == (200, b"ok")
        assert receiver.connections == 1
        await transport.close()
        assert not transport._live


@on_every_loop
async def test_a_certificate_that_nobody_trusts_is_explained(papers: Papers) -> None:
    receiver, transport = Receiver(always_ok), Transport()
    async with receiver.serve(tls=papers.server):
        error = await failure(transport, receiver.url)
        assert error.kind == "tls"
        assert "was not accepted: " in error.explanation
        assert "--insecure-webhooks" in error.explanation
        assert "authority" in error.explanation
        await transport.close()


@on_every_loop
async def test_a_certificate_for_another_host_is_explained(papers: Papers) -> None:
    receiver, transport = Receiver(always_ok), Transport(ca_file=papers.ca_file)
    async with receiver.serve(tls=papers.server):
        error = await failure(transport, receiver.url.replace("127.0.0.1", "localhost"))
        assert error.kind == "tls"
        assert "Hostname mismatch" in error.explanation
        assert "'localhost'" in error.explanation
        await transport.close()


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", b""])
@on_every_loop
async def test_https_to_a_port_that_speaks_http_is_explained(answer: bytes) -> None:
    async def speak(peer: Peer) -> None:
        await peer.reader.readexactly(1)
        await peer.send(answer)

    receiver, transport = Receiver(speak), Transport()
    async with receiver.serve():
        error = await failure(transport, receiver.url.replace("http:", "https:"))
        assert error.kind == "tls"
        assert "speaks plain HTTP on this port, write http://" in error.explanation
        await transport.close()


@on_every_loop
async def test_https_to_a_port_that_stays_silent_is_late(papers: Papers) -> None:
    async def speak(peer: Peer) -> None:
        await peer.ended()

    receiver, transport = Receiver(speak), Transport(ca_file=papers.ca_file)
    async with receiver.serve():
        error = await failure(transport, receiver.url.replace("http:", "https:"), time_limit=0.1)
        assert error.kind == "timeout"
        assert "write http://" in error.explanation
        await transport.close()


@on_every_loop
async def test_http_to_a_port_that_speaks_tls_is_explained(papers: Papers) -> None:
    receiver, transport = Receiver(always_ok), Transport()
    async with receiver.serve(tls=papers.server):
        error = await failure(transport, receiver.url.replace("https:", "http:"))
        assert error.kind in ("protocol", "reset")  # some TLS libraries send an alert, some only hang up
        assert "write https://" in error.explanation
        await transport.close()


@on_every_loop
async def test_a_kept_tls_connection_that_ends_is_stale(papers: Papers) -> None:
    async def speak(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 204 No Content\r\n\r\n")
        await peer.request()

    receiver, transport = Receiver(speak), Transport(insecure=True)
    async with receiver.serve(tls=papers.server):
        await transport.post(receiver.url, BODY, time_limit=10)
        assert (await failure(transport, receiver.url)).kind == "stale"
        await transport.close()


@pytest.mark.parametrize("content", [None, "no certificate", ""])
def test_an_authority_file_that_cannot_be_used_is_refused_at_once(
    tmp_path: Path, content: str | None
) -> None:
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content)
    with pytest.raises(ConfigurationError, match=r"ca\.pem.*cannot be used"):
        Transport(ca_file=str(ca_file))
