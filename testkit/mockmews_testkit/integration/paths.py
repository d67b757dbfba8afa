"""JSONPath (RFC 9535): where in an app's JSON a text or an id stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jsonpath


@dataclass(frozen=True, slots=True)
class JsonPath:
    """One query. ValueError where it is none."""

    text: str

    def __post_init__(self) -> None:
        _compiled(self.text)

    def find(self, data: Any) -> list[Any]:
        """Every value that it selects, in order; none where the data has another shape."""
        return (
            list(_compiled(self.text).findall(data))
            if isinstance(data, dict | list)
            else self._of_scalar(data)
        )

    def texts(self, data: Any) -> list[str]:
        """The values that it selects as texts; numbers are written out, all else is left away."""
        return [
            each if isinstance(each, str) else str(each)
            for each in self.find(data)
            if isinstance(each, str | int | float) and not isinstance(each, bool)
        ]

    def first(self, data: Any) -> str | None:
        """The first text."""
        return next(iter(self.texts(data)), None)

    def _of_scalar(self, data: Any) -> list[Any]:
        return [data] if self.text == "$" else []

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=256)
def _compiled(text: str) -> jsonpath.JSONPath | jsonpath.CompoundJSONPath:
    import jsonpath

    try:
        return jsonpath.compile(text, strict=True)
    except (jsonpath.JSONPathError, LookupError, ValueError) as error:  # some slip out of the library bare
        reason = str(error.args[0]).splitlines()[0] if error.args else type(error).__name__
    except RecursionError:
        reason = "it is nested too deeply"
    raise ValueError(f"{text!r} is no JSONPath ({reason})")
