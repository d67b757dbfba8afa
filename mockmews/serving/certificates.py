"""A certificate of the server's own for `serve --tls`, signed by an authority that an app can be told to trust.

The authority's key is thrown away once it has signed: what an app trusts can vouch for nothing else.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from mockmews.errors import ConfigurationError

if TYPE_CHECKING:
    import trustme

HOME = Path(".mockmews") / "tls"
_ALWAYS = ("localhost", "127.0.0.1", "::1", "host.docker.internal")
_NO_NAMES = ("0.0.0.0", "::")  # noqa: S104 - addresses to listen on, which nobody calls


class Certificate(Struct, frozen=True):
    """Two PEM files: the server's chain with its key, and the authority that an app has to trust."""

    chain: Path
    authority: Path


def own_certificate(names: Iterable[str], home: Path = HOME) -> Certificate:
    """The certificate for this machine and the hosts of these `names`; kept in `home` for the next start.

    So an app has to be told only once what to trust. Raises ConfigurationError where the extra `tls` is not
    installed, or the files cannot be written.
    """
    hosts = {name.strip("[]").lower() for name in names}
    further = sorted(hosts - {*_ALWAYS, *_NO_NAMES})
    folder = home / ("+".join(["local", *(re.sub(r"[^\w.-]", "-", each) for each in further)])[:120])
    found = Certificate(folder / "server.pem", folder / "ca.pem")
    try:
        if not (found.chain.is_file() and found.authority.is_file()):
            _make(folder, found, (*_ALWAYS, *further))
    except OSError as error:
        raise ConfigurationError(
            f"--tls: the certificate cannot be written to {folder} ({error.strerror or error}); start in "
            "another folder, or name files of your own with --tls-cert and --tls-key."
        ) from None
    return found


def _make(folder: Path, wanted: Certificate, names: tuple[str, ...]) -> None:
    authority = _authority()
    leaf = authority.issue_cert(*names)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Made aside and moved as one: several servers may start in this folder at the same moment.
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
    try:
        chain = draft / wanted.chain.name
        chain.touch(mode=0o600)
        leaf.private_key_and_cert_chain_pem.write_to_path(str(chain))
        authority.cert_pem.write_to_path(str(draft / wanted.authority.name))
        draft.chmod(0o755)  # an app in a container may run as somebody else, and reads ca.pem
        if folder.exists() and not (wanted.chain.is_file() and wanted.authority.is_file()):
            shutil.rmtree(folder)
        with contextlib.suppress(FileExistsError, OSError):
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    wanted.chain.stat()


def _authority() -> trustme.CA:
    try:
        import trustme  # here: an extra, and it takes 50 ms to load
    except ImportError:
        raise ConfigurationError(
            "--tls makes a certificate with the extra `tls`; run pip install 'mockmews[tls]', or name files "
            "of your own with --tls-cert and --tls-key."
        ) from None
    return trustme.CA(organization_name="mockmews, made for tests on this machine")
