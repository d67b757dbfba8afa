"""What a user asks of a server: the values of the command line and the environment, checked and combined."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct

from mockmews.app import Options
from mockmews.engine.front_desk import DEMO_RULES
from mockmews.engine.transport import validate_url
from mockmews.errors import ConfigurationError
from mockmews.model.config import Config
from mockmews.model.integrations import ClockStart
from mockmews.model.replies import OwnResponder
from mockmews.serving.asked import Asked, settings_of
from mockmews.wire.reply_rules import write_rules

if TYPE_CHECKING:
    from mockmews.wire.config import Checks

CONFIG = "mockmews.yaml"
_CLOCKS = {"real": 1.0, "frozen": 0.0}
_MOST_SEED = 2**63 - 1  # what the store keeps in one column


class Choices(Struct, frozen=True):
    """One server as its user wants it: its options, where it listens, and how it speaks.

    `authority` is what an app has to trust where the server made its certificate itself. `restate` names
    what the user said of the demo hotels (`clock`, `reply_rules`): it holds for those of an older database
    too, where what was merely a default gives way to what is stored there.
    """

    options: Options
    host: str
    port: int
    public_url: str | None = None
    ready_file: str | None = None
    record: str | None = None
    tls_cert: str | None = None
    tls_key: str | None = None
    authority: Path | None = None
    rules_from: str | None = None
    config: str | None = None
    until_stdin_closes: bool = False
    log_format: str = "text"
    quiet: bool = False
    restate: frozenset[str] = frozenset()


def read_choices(given: Mapping[str, Any], *, profile: str, asked: Iterable[Asked]) -> Choices:
    """The choices in `given` (values of the options by name) and the settings that were asked for.

    Raises MockMewsError in one sentence that names the option.
    """
    asked = tuple(asked)
    public_url = _public_url(given["public_url"])
    path = _config_path(given["config"])
    config = _config(path)
    rules, responder = _front_desk(given["replies"], config)
    options = Options(
        settings=settings_of(profile, asked, filed=config.settings),
        asked=frozenset((*config.settings, *(each.name for each in asked))),
        db=_named(given["db"], "--db", "a file, or :memory:"),
        db_sync=given["db_sync"],
        webhook_url=_webhook_url(given["webhook_url"]),
        seed=_seed(given["seed"]),
        demo_rules=rules,
        demo_responder=responder,
        demo_faults=config.faults,
        worlds=config.worlds,
        other_operations=config.other_operations,
        demo_clock=_clock(given["clock"]),
        allow_hosts=_hosts(given["allow_host"], given["host"], public_url),
        admin_token=_admin_token(given["admin_token"]),
        insecure_webhooks=given["insecure_webhooks"],
    )
    restated = (("clock", given["clock"]), ("reply_rules", given["replies"] or config.reply_rules))
    return Choices(
        options=options,
        host=_named(given["host"], "--host", "an address to listen on, such as 127.0.0.1"),
        port=given["port"],
        public_url=public_url,
        ready_file=given["ready_file"],
        record=given["record"],
        rules_from=given["replies"] or (None if config.reply_rules is None else path),
        config=path,
        until_stdin_closes=given["until_stdin_closes"],
        log_format=given["log_format"],
        quiet=given["quiet"],
        restate=frozenset(name for name, value in restated if value is not None),
        **_tls(given, public_url),
    )


def _named(text: str, option: str, wanted: str) -> str:
    if not text.strip() or "\0" in text:
        raise ConfigurationError(f"{option} is blank; name {wanted}.")
    return text


def _seed(seed: int | None) -> int | None:
    if seed is not None and not 0 <= seed <= _MOST_SEED:
        raise ConfigurationError(f"--seed {seed} is out of range; take 0 to {_MOST_SEED}.")
    return seed


def _webhook_url(url: str | None) -> str | None:
    if url is not None:
        try:
            validate_url(url)
        except ValueError as error:
            raise ConfigurationError(f"--webhook-url: {error}") from None
    return url


def _clock(text: str | None) -> ClockStart:
    """`real`, `frozen`, or `x` and how many times as fast as reality."""
    if text is None:
        return ClockStart()
    rate = _CLOCKS.get(text)
    if rate is None and text.startswith("x") and len(text) < 8:
        try:
            rate = float(text[1:])
        except ValueError:
            rate = None
    if rate is None or not 0 <= rate <= 1_000_000:
        raise ConfigurationError(
            f"--clock {text[:40]!r} is no clock; take real, frozen, or x60 (a minute a second)."
        )
    return ClockStart(rate=rate)


def _config_path(path: str | None) -> str | None:
    """The hotel's file that was named, else `mockmews.yaml` of this folder, if it is there."""
    return CONFIG if path is None and Path(CONFIG).is_file() else path


def _config(path: str | None) -> Config:
    if path is None:
        return Config({})
    from mockmews.wire.config import read_config
    from mockmews.wire.yaml_files import read_yaml

    return read_config(read_yaml(path), _checks(path))


def _front_desk(
    replies: str | None, config: Config
) -> tuple[tuple[dict[str, object], ...], OwnResponder | None]:
    """The demo hotels' reply rules and responder: those of a file, none, the hotel's own, or the guide's."""
    if replies == "none":
        return (), None
    if replies is None:
        rules = DEMO_RULES if config.reply_rules is None else config.reply_rules
        return tuple(write_rules(rules)), config.responder
    from mockmews.wire.config import read_replies
    from mockmews.wire.yaml_files import read_yaml

    found = read_replies(read_yaml(replies), _checks(replies))
    return ((), found) if isinstance(found, OwnResponder) else (tuple(write_rules(found)), None)


def _checks(path: str) -> Checks:
    """What a file is asked beside its words. Imported only here: loading YAML takes 15 ms, and few have a file."""
    from mockmews.engine.responders import load_responder
    from mockmews.wire.config import Checks

    # The user's own modules lie beside the file, or where the command was typed.
    sys.path += [each for each in (str(Path(path).resolve().parent), str(Path.cwd())) if each not in sys.path]
    return Checks(validate_url, load_responder)


def _admin_token(token: str | None) -> str | None:
    # It travels in a header, and an empty one would open the door to everybody.
    if token is not None and not (token and token.isascii() and token.isprintable() and " " not in token):
        raise ConfigurationError("--admin-token must be printable ASCII without blanks, and not empty.")
    return token


def _public_url(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    rest = known and (parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None)
    if not known or rest or not url.isprintable() or " " in url:
        raise ConfigurationError(
            f"--public-url {url[:100]!r} is no platform address; write scheme, host and port alone, "
            "such as http://mews.test:8000."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _hosts(names: Iterable[str], host: str, public_url: str | None) -> frozenset[str]:
    """The names under which the control API may be called, beside the loopback ones."""
    known = {_host_name(name) for name in names}
    known.add(f"[{host}]".lower() if ":" in host else host.lower())
    if public_url is not None:
        known.add(_host_name(urlsplit(public_url).netloc))
    return frozenset(known)


def _host_name(text: str) -> str:
    """A host as the Host header names it, without its port: `mews.test`, `10.0.0.7`, `[fd00::1]`."""
    try:
        parts = urlsplit(f"//{text}")
        name = parts.hostname if parts.port is None or parts.port else None
    except ValueError:
        parts, name = None, None
    if not name or parts is None or parts.path or parts.query or "@" in text or " " in text:
        raise ConfigurationError(f"--allow-host {text[:100]!r} is no host name; write one such as mews.test.")
    return f"[{name}]" if ":" in name else name


def _tls(given: Mapping[str, Any], public_url: str | None) -> dict[str, Any]:
    """Certificate and key, tried, so that a mistake is told before anything is served."""
    cert, key = given["tls_cert"], given["tls_key"]
    if given["tls"]:
        if cert is not None or key is not None:
            raise ConfigurationError(
                "--tls makes a certificate of its own; leave it out beside --tls-cert and --tls-key."
            )
        names = [given["host"], *map(_host_name, given["allow_host"])]
        if public_url is not None:
            names.append(_host_name(urlsplit(public_url).netloc))
        from mockmews.serving.certificates import own_certificate

        made = own_certificate(names)
        return {"tls_cert": str(made.chain), "authority": made.authority.absolute()}
    if cert is None:
        if key is not None:
            raise ConfigurationError("--tls-key needs --tls-cert beside it: the file of its certificate.")
        return {}
    import ssl

    try:
        # An encrypted key would make OpenSSL ask on the terminal; a server has nobody to ask.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password=lambda: "")
    except OSError as error:
        shown = f"--tls-cert {cert}" + (f", --tls-key {key}" if key is not None else "")
        reason = error.strerror or str(error) or type(error).__name__
        raise ConfigurationError(
            f"{shown}: cannot be used ({reason}); name PEM files of a certificate and its unencrypted key."
        ) from None
    return {"tls_cert": cert, "tls_key": key}
