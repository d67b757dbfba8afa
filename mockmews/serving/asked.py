"""Settings that were asked for, each with the words that asked: a mistake is shown where it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from mockmews.errors import SettingError
from mockmews.settings import PROFILES, Settings


class Asked(Struct, frozen=True):
    """A setting, the text of its value, and what the user typed: `--set lag=2s`, `MOCKMEWS_LAG=2s`."""

    name: str
    value: str
    typed: str


def settings_of(profile: str, asked: Iterable[Asked], *, filed: Mapping[str, str] | None = None) -> Settings:
    """The settings of a server: the profile's, then those `filed` in the hotel's file, then what was asked for.

    Raises SettingError, naming what was typed.
    """
    settings = Settings().changed(PROFILES[profile]).changed(filed or {})
    for each in asked:
        try:
            settings = settings.changed({each.name: each.value})
        except SettingError as error:
            raise SettingError(f"{each.typed}: {error}") from None
    return settings


def read_pair(text: str, typed: str) -> Asked:
    """The setting that `NAME=VALUE` names. Raises SettingError where it is no such pair."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise SettingError(f"{typed}: write NAME=VALUE, for example --set payload=ids_only.")
    return Asked(name, value, typed)
