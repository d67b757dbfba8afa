"""The `mockmews` command: the group, and the commands of the fake itself."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from mockmews.errors import MockMewsError
from mockmews.version import __version__

if TYPE_CHECKING:
    from mockmews.serving.asked import Asked
    from mockmews.serving.banner import Line

Document = Callable[[], Mapping[str, Any]]
"""Makes a document that `mockmews schema` prints."""

_EPILOG = (
    "Every option is also read from the environment, --webhook-url from MOCKMEWS_WEBHOOK_URL and so on; "
    "a flag wins."
)


def build(
    commands: Iterable[click.Command] = (), *, schemas: Mapping[str, Document] | None = None
) -> click.Group:
    """The command: the fake's own `serve`, `settings` and `schema`, and the `commands` handed in.

    `schemas` are further documents for `schema`, by name. Whatever a command cannot do is told in one line
    on standard error, with exit code 2 for wrong usage and for every MockMewsError.
    """

    @click.group("mockmews", cls=_Root, invoke_without_command=True)
    @click.option("--version", is_flag=True, help="Print the version and exit.")
    @click.pass_context
    def root(context: click.Context, /, **given: bool) -> None:
        """A fake Mews for guest messaging, and a kit to test what talks to it."""
        if given["version"]:
            click.echo(f"mockmews {_version()}")
        elif context.invoked_subcommand is None:
            click.echo(context.get_help())
        else:
            return
        context.exit()

    own = [LazyCommand(*each) for each in _OTHERS]
    for command in (_serve, *own, _settings, _schema_command(schemas or {}), *commands):
        root.add_command(command)
    return root


class LazyCommand(click.Command):
    """A command of which only its name and its line of help are known until it is used.

    `place` is `module:command`.
    """

    def __init__(self, name: str, place: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help, add_help_option=False)
        self._place = place

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        module, _, attribute = self._place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command.make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        return ctx.command.invoke(ctx)


_OTHERS = (
    ("exec", "mockmews.commands.execute:execute", "Run a command beside a fake of its own."),
    ("reply", "mockmews.commands.desk:reply", "Answer a guest as the front desk."),
    ("watch", "mockmews.commands.desk:watch", "Show what happens in a hotel, as it happens."),
    ("resend", "mockmews.commands.desk:resend", "Send a webhook delivery once more."),
)
"""Name, `module:command`, and the line that --help shows."""


class _Root(click.Group):
    """A group that tells every refusal in one line."""

    def main(self, *args: Any, **more: Any) -> Any:
        if not more.get("standalone_mode", True):
            return super().main(*args, **more)
        try:
            code = super().main(*args, **{**more, "standalone_mode": False})
        except click.ClickException as error:
            _refuse(_sentence(error), error.exit_code)
        except MockMewsError as error:
            _refuse(str(error), 2)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(130)  # as shells count what Ctrl-C ended
        sys.exit(code if isinstance(code, int) else 0)


def _refuse(sentence: str, code: int) -> NoReturn:
    # One line, whatever stood in an option: control characters could rewrite the terminal.
    shown = "".join(each if each.isprintable() else " " for each in sentence)
    click.echo(f"mockmews: {' '.join(shown.split())}", err=True)
    sys.exit(code)


def _sentence(error: click.ClickException) -> str:
    text, context = error.format_message(), getattr(error, "ctx", None)
    if context is None:
        return text
    said = text.removesuffix(".")
    return f"{said}{'' if said.endswith('?') else '.'} See {context.command_path} --help."


def _version() -> str:
    return __version__


# Options, each of which the environment may give as well

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _variable(name: str) -> str:
    return "MOCKMEWS_" + name.removeprefix("--").replace("-", "_").upper()


def _option(name: str, kind: Any, about: str, **more: Any) -> Decorator:
    return click.option(name, type=kind, help=about, envvar=_variable(name), **more)


def _flag(name: str, about: str) -> Decorator:
    return click.option(name, is_flag=True, help=about, envvar=_variable(name))


def _with(options: Sequence[Decorator]) -> Decorator:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


_SETTING_OPTIONS = (
    _option("--payload", click.Choice(["entities", "ids_only"]), "What webhooks carry [entities]."),
    _option("--lag", str, "From a message to its webhook: 1s, or a range such as 2m..5m [1s]."),
    _flag("--no-rate-limit", "Answer any number of requests."),
    _option(
        "--profile", click.Choice(["default", "mews"]), "mews: as slow as the real one [default].",
        default="default",
    ),
    click.option(
        "--set", "sets", multiple=True, metavar="NAME=VALUE",
        help="Any setting; may be repeated, and wins. See `mockmews settings`.",
    ),
)  # fmt: skip

_SERVE_OPTIONS = (
    _option("--host", str, "Where to listen.", default="127.0.0.1", show_default=True),
    _option("--port", click.IntRange(0, 65_535), "0: any free one.", default=8000, show_default=True),
    _option("--config", str, "The hotel's file [mockmews.yaml, where it is here]."),
    _option("--db", str, "A file that keeps everything.", default=":memory:", show_default=True),
    _option(
        "--db-sync", click.Choice(["normal", "full"]),
        "full: a power cut loses nothing either [normal].", default="normal",
    ),
    _option("--webhook-url", str, "Where webhooks go; ${webhook_token} in it is filled in."),
    *_SETTING_OPTIONS,
    _option("--clock", str, "The demo hotels' time: real, frozen, or x60 (any speed) [real]."),
    _option("--seed", int, "Makes the demo hotels' identifiers, delays and dice repeat."),
    _option("--replies", str, "Reply rules of the demo hotels: a YAML file, or none [the guide's lines]."),
    _option("--record", str, "Written after each message: the conversation so far, as a scenario file."),
    _option("--ready-file", str, "Written once requests are served: a JSON object with address and tokens."),
    _option("--public-url", str, "The address under which others reach this server."),
    _option("--allow-host", str, "A further name of this server; may be repeated.", multiple=True),
    _option("--admin-token", str, "What the control API then asks for."),
    _flag("--insecure-webhooks", "Accept any certificate of a webhook's receiver."),
    _flag("--tls", "Serve https with a certificate of its own, kept in .mockmews/tls."),
    _option("--tls-cert", str, "Serve https with this certificate (PEM)."),
    _option("--tls-key", str, "The certificate's key (PEM), where it is in a file of its own."),
    _flag("--until-stdin-closes", "Stop when standard input ends."),
    _option(
        "--log-format", click.Choice(["text", "json"]), "Lines on standard error [text].", default="text"
    ),
    _flag("--quiet", "No banner, and no line for each request."),
)  # fmt: skip


def _asked(context: click.Context) -> list[Asked]:
    """The settings that the user asked for: first in the environment, then by flags, which win."""
    from mockmews.serving.asked import Asked, read_pair

    given, found = context.params, []
    for source in (ParameterSource.ENVIRONMENT, ParameterSource.COMMANDLINE):
        flags = source is ParameterSource.COMMANDLINE
        for name in ("payload", "lag"):
            if given[name] is not None and context.get_parameter_source(name) is source:
                typed = f"--{name} {given[name]}" if flags else f"{_variable(name)}={given[name]}"
                found.append(Asked(name, given[name], typed))
        if given["no_rate_limit"] and context.get_parameter_source("no_rate_limit") is source:
            found.append(Asked("rate_limit", "off", "--no-rate-limit"))
        pairs = given["sets"] if flags else os.environ.get(_variable("--set"), "").split()
        found += [read_pair(text, f"--set {text}" if flags else f"MOCKMEWS_SET {text}") for text in pairs]
    return found


@click.command("serve", epilog=_EPILOG)
@_with(_SERVE_OPTIONS)
@click.pass_context
def _serve(context: click.Context, /, **given: Any) -> None:
    """Run the fake until Ctrl-C."""
    gc.disable()  # until requests are served: what a start makes, stays
    from mockmews.serving.choices import read_choices
    from mockmews.serving.running import serve

    choices = read_choices(given, profile=given["profile"], asked=_asked(context))
    serve(choices, version=_version(), show=_show_banner)
    # Everything is stored and closed. Only a name lookup of a webhook's host may still hang in a thread,
    # which the ordinary end of Python would wait for.
    os._exit(0)


def _show_banner(lines: list[Line]) -> None:
    plain = False if os.environ.get("NO_COLOR") else None
    width = max(len(label) for label, _ in lines) + 2
    try:
        click.secho(f"mockmews {_version()}", bold=True, color=plain)
        for label, text in lines:
            click.echo(f"  {click.style(f'{label:<{width}}', dim=True)}{text}", color=plain)
        sys.stdout.flush()
    except OSError:
        pass  # nobody reads it; that is no reason not to serve


@click.command("settings", epilog=_EPILOG)
@_with(_SETTING_OPTIONS)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_context
def _settings(context: click.Context, /, **given: Any) -> None:
    """Every setting and every doubt of the documents: default, alternatives, why, source, what to type."""
    from mockmews.assumptions import ASSUMPTIONS
    from mockmews.serving.asked import settings_of
    from mockmews.serving.listing import as_json, as_text
    from mockmews.settings import SETTINGS

    values = settings_of(given["profile"], _asked(context)).as_texts()
    click.echo(as_json(values) if given["as_json"] else as_text(SETTINGS, values, ASSUMPTIONS))


def _schema_command(schemas: Mapping[str, Document]) -> click.Command:
    documents = {"openapi": _openapi, "control": _control, "config": _config, **schemas}

    @click.command("schema")
    @click.argument("name", type=click.Choice(list(documents)))
    @click.option("--json", "form", flag_value="json", default="json", help="As JSON, which is usual.")
    @click.option("--yaml", "form", flag_value="yaml", help="As YAML.")
    def schema(name: str, form: str) -> None:
        """Print a JSON Schema or OpenAPI document."""
        document = documents[name]()
        if form == "yaml":
            import yaml

            text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100).rstrip()
        else:
            text = json.dumps(document, indent=2, ensure_ascii=False)
        click.echo(text.encode())  # bytes: in UTF-8, whatever the terminal speaks

    return schema


def _openapi() -> Mapping[str, Any]:
    from mockmews import contract

    return contract.document()


def _config() -> Mapping[str, Any]:
    from mockmews.serving.config_schema import schema

    return schema()


def _control() -> Mapping[str, Any]:
    from mockmews.control import PREFIX
    from mockmews.control.api import ENDPOINTS
    from mockmews.control.document import describe

    return describe(ENDPOINTS, PREFIX)
