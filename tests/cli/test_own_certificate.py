"""`--tls`: a certificate of the server's own, and what an app has to trust."""

from __future__ import annotations

import http.client
import json
import shutil
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mockmews.errors import ConfigurationError
from mockmews.serving.certificates import own_certificate
from tests.cli.process import PATIENCE, Serving, environment

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes of files are POSIX's")


def names_of(chain: Path) -> set[str]:
    """The hosts of the first certificate in a PEM file."""
    from cryptography import x509

    certificate = x509.load_pem_x509_certificate(chain.read_bytes())
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(each.value) for each in found}


def test_serve_tls_is_trusted_by_whoever_trusts_its_authority(tmp_path: Path) -> None:
    with Serving(tmp_path, "--tls", cwd=tmp_path) as fake:
        authority = Path(fake.ready["ca_file"])
        assert authority.is_relative_to(tmp_path / ".mockmews")
        trust = ssl.create_default_context(cafile=str(authority))
        place = urlsplit(fake.ready["url"])
        assert place.scheme == "https"
        for host in ("127.0.0.1", "localhost"):
            connection = http.client.HTTPSConnection(host, place.port, timeout=PATIENCE, context=trust)
            connection.request("GET", "/_mockmews/v1/health")
            assert json.loads(connection.getresponse().read()) == {"status": "ok"}
            connection.close()
        stranger = http.client.HTTPSConnection(
            "127.0.0.1", place.port, timeout=PATIENCE, context=ssl.create_default_context()
        )
        with pytest.raises(ssl.SSLCertVerificationError):
            stranger.connect()
        while "authority" not in fake.told:
            fake.banner.append(fake.next(fake.out) or "")
        assert str(authority) in fake.told["authority"]


def test_the_next_start_has_the_same_certificate(tmp_path: Path) -> None:
    first = own_certificate(["127.0.0.1"], tmp_path)
    before = first.authority.read_bytes(), first.chain.read_bytes()
    again = own_certificate(["0.0.0.0"], tmp_path)
    assert again == first
    assert (again.authority.read_bytes(), again.chain.read_bytes()) == before


def test_further_names_get_a_certificate_of_their_own(tmp_path: Path) -> None:
    usual = own_certificate(["127.0.0.1"], tmp_path)
    further = own_certificate(["127.0.0.1", "mews.test", "[fd00::1]"], tmp_path)
    assert names_of(usual.chain) == {"localhost", "127.0.0.1", "::1", "host.docker.internal"}
    assert names_of(further.chain) == names_of(usual.chain) | {"mews.test", "fd00::1"}
    assert usual.chain.exists()


@posix
def test_no_key_of_the_authority_stays_and_the_servers_is_its_owners(tmp_path: Path) -> None:
    made = own_certificate(["127.0.0.1"], tmp_path)
    assert made.chain.stat().st_mode & 0o077 == 0
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert sorted(each.name for each in files) == ["ca.pem", "server.pem"]
    assert b"PRIVATE" not in made.authority.read_bytes()
    assert made.chain.read_bytes().count(b"PRIVATE KEY-----") == 2, "one key: its begin and its end"


def test_servers_that_start_together_share_one_certificate(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: own_certificate(["127.0.0.1"], tmp_path), range(8)))
    assert len(set(made)) == 1
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(made[0].chain)
    assert [each.name for each in tmp_path.iterdir()] == ["local"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"--tls: .*file.*--tls-cert"):
        own_certificate(["127.0.0.1"], tmp_path / "file")


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_exec_tls_tells_node_whom_to_trust(tmp_path: Path) -> None:
    script = (
        "fetch(process.env.MEWS_CONTROL_URL + '/health').then(a => a.json()).then(a => console.log(a.status))"
    )
    command = f'NODE_EXTRA_CA_CERTS="$MEWS_CA_FILE" node -e "{script}"'
    done = subprocess.run(
        [sys.executable, "-m", "mockmews", "exec", "--tls", "--", "sh", "-c", command],
        env=environment(), cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr
