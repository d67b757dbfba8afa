"""The record of a run, as the checks want it: made from the stage when the run has ended, or within it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mockmews_testkit.bench import Bench
from mockmews_testkit.checks.record import Guest, GuestText, Outage, Record, Secret, Showing
from mockmews_testkit.errors import Failure
from mockmews_testkit.integration.description import HearCommand, HearPython
from mockmews_testkit.integration.variables import templates_in
from mockmews_testkit.scenario.lines import Cast
from mockmews_testkit.scenario.stage import Stage

_LONGEST_OUTPUT = 8 * 1024 * 1024


def record_of(stage: Stage) -> Record:
    """All that is known of the run so far."""
    bench, watch = stage.bench, stage.watch
    described, limits = bench.app_file, bench.app_file.limits
    entries = tuple(watch.entries[number] for number in sorted(watch.entries))
    guests = tuple(_guest(stage, cast) for cast in stage.present)
    return Record(
        payload=bench.payload,
        entries=entries,
        settings={**bench.integration.get("settings", {}), "payload": bench.payload, **_given(stage)},
        guests=guests,
        texts=_texts(stage),
        shown_as=_shown_as(stage),
        sources={line.message_id: str(line.source) for line in stage.lines if line.message_id},
        source=str(stage.scenario.source),
        exact=bench.app.exact,
        inexact_reason=bench.app.inexact_reason,
        html=described.html,
        limit=limits.text if limits else None,
        splits=limits is not None and limits.longer == "split",
        outages=tuple(Outage(watch.elapsed(began), watch.elapsed(ended)) for began, ended in stage.outages),
        cleared=tuple(watch.elapsed(each) for each in stage.cleared),
        alive=_is_alive(bench),
        output=_output(bench),
        secrets=_secrets(bench),
        tokens=len(bench.integration.get("access_tokens", ())) or 1,
        patience=described.within,
        ended=watch.elapsed(watch.seconds),
        dropped=max(0, watch.last - watch.since - len(entries)),
        names_told=_names_told(bench),
        several_hotels=(
            len(stage.scenario.hotels) > 1
            or described.serves_hotels
            or described.integration_webhook is not None
        ),
        waivers=described.waive,
    )


def _given(stage: Stage) -> dict[str, str]:
    """Settings that the scenario gives to a world that is used in turns."""
    return {name: str(value) for name, value in stage.scenario.mews.items() if isinstance(value, str)}


def _guest(stage: Stage, cast: Cast) -> Guest:
    ignores = stage.bench.app_file.ignores
    shown = tuple(
        Showing(each.text, each.id, each.at, seen, own=ignores(each.text) or stage.expects(cast, each.text))
        for each, seen in stage.heard(cast)
    )
    return Guest(cast.guest.key, cast.guest.name, shown)


def _texts(stage: Stage) -> tuple[GuestText, ...]:
    return tuple(
        GuestText(
            guest=each.guest,
            text=each.text,
            said=each.said,
            since=each.since,
            elapsed=stage.watch.elapsed(each.seconds),
            source=str(each.source),
            taken=each.taken,
            forwarded=each.forwarded,
            hotel=each.hotel,
        )
        for each in stage.spoken
    )


def _shown_as(stage: Stage) -> dict[str, str]:
    """How each reply shall be shown."""
    found = {}
    for reply in stage.replies():
        owner = stage.owner_of(reply["thread_id"])
        person = owner.person if owner is not None else None
        if owner is not None:
            found[reply["message_id"]] = stage.bench.app_file.to_guest(reply["text"], person)
    return found


def _secrets(bench: Bench) -> tuple[Secret, ...]:
    integration = bench.integration
    tokens = [each["access_token"] for each in integration.get("access_tokens", ())]
    found = [Secret("ClientToken", integration["client_token"])]
    found += [Secret("AccessToken", each) for each in tokens or [integration["access_token"]]]
    return (*found, Secret("webhook token", integration["webhook_token"], of_webhook=True))


def _is_alive(bench: Bench) -> bool:
    try:
        bench.app.check_alive()
    except Failure:
        return False
    return True


def _output(bench: Bench) -> str | None:
    """What the app printed, where the kit started it; the newest part of very much."""
    if bench.app_file.start is None and not isinstance(bench.app_file.hear, HearCommand):
        return None
    path = Path(bench.app.log_path)
    if not path.is_file():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LONGEST_OUTPUT))
        return file.read().decode("utf-8", "replace")


def _names_told(bench: Bench) -> bool:
    """Whether the app hears the names of guests: in `say`, in `join`, or from an object or a program.

    A header does not count: who sends and who reads one need not agree on what an accent is there.
    """
    described = bench.app_file
    if isinstance(described.hear, HearPython | HearCommand):
        return True
    requests = (described.say, *(each.request for each in described.join))
    asked = [*(replace(each, headers={}) for each in requests if each), described.guest_id]
    return any("guest.name" in template.names for template in templates_in(asked))
