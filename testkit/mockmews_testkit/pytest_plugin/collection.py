"""Scenario files as ordinary pytest functions: each step is one compiled call on its own line of the file."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Any

import pytest

from mockmews_testkit.errors import TestkitError
from mockmews_testkit.pytest_plugin.options import PAYLOADS, asked
from mockmews_testkit.scenario.document import Scenario
from mockmews_testkit.scenario.loading import ENDING, discover, load_file
from mockmews_testkit.testing.mews import Mews
from mockmews_testkit.testing.replaying import Replaying, fields_of

_FOUND = pytest.StashKey[frozenset[Path]]()
_NOT_MARKS = frozenset({"parametrize", "usefixtures", "filterwarnings", "skipif", "mews"})

Test = Callable[..., None]
Stories = list[tuple[Scenario, Test]]


class ScenarioFile(pytest.Module):
    """A scenario file among the user's test modules.

    A Module, as module-scoped fixtures and pytest's plugins expect one above each function.
    """

    @classmethod
    def from_parent(cls, parent: Any, **more: Any) -> Any:
        """The collector; nothing is read yet."""
        made = super().from_parent(parent, **more)
        made.obj = types.ModuleType(made.path.name)
        made.obj.__file__ = str(made.path)
        return made

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """A function for each scenario. Raises CollectError with file, line, column and advice."""
        try:
            for name, test in tests_of([_near(self.path)], self.config):
                setattr(self.obj, name, test)
        except TestkitError as error:
            raise self.CollectError(str(error)) from None
        return super().collect()

    def istestfunction(self, obj: object, name: str) -> bool:
        """Whatever the user's functions are called, ours are tests."""
        return isinstance(obj, types.FunctionType)

    def istestclass(self, obj: object, name: str) -> bool:
        """There is none."""
        return False


def collected(path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """The collector of a scenario file; None where nobody asked for it."""
    if not (is_wanted(path, parent.config) or parent.session.isinitpath(path)):
        return None
    made: pytest.Module = ScenarioFile.from_parent(parent, path=path)
    return made


def visit(config: pytest.Config) -> None:
    """Let a plain `pytest` look at scenario files that lie outside of testpaths too."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    known = [Path(each).resolve() for each in config.args]
    for file in sorted(wanted_files(config)):
        if not any(file.is_relative_to(each) for each in known):
            config.args.append(str(file))


def is_wanted(path: Path, config: pytest.Config) -> bool:
    """Whether the ini value mews_scenarios names this file."""
    if _FOUND not in config.stash:
        config.stash[_FOUND] = frozenset(wanted_files(config))
    return path in config.stash[_FOUND]


def wanted_files(config: pytest.Config) -> Iterator[Path]:
    """The files that the ini value mews_scenarios names: globs and folders below the root folder."""
    for pattern in config.getini("mews_scenarios"):
        folder = config.rootpath / pattern
        if folder.is_dir():
            yield from folder.rglob(f"*{ENDING}")
        else:
            yield from (each for each in config.rootpath.glob(pattern) if each.name.endswith(ENDING))


def tests_of(paths: Sequence[Path], config: pytest.Config) -> Iterator[tuple[str, Test]]:
    """Names and functions of all scenarios in some files."""
    taken: set[str] = set()
    for path in paths:
        scenarios = load_file(path)
        for scenario in scenarios:
            name = _free(_name_of(scenario), taken)
            yield name, _marked(_compiled(scenario, name, path), scenario, config)


def scenarios(*paths: str | PathLike[str]) -> Test:
    """All scenarios of some files and folders as one test function, for a test module of yours.

    `test_conversations = scenarios("scenarios/")`. Paths are relative to the file that says so. Raises
    ScenarioError where a scenario cannot be read, UsageError where there is none.
    """
    frame = sys._getframe(1)  # noqa: SLF001 - the documented way to ask who calls
    beside = Path(frame.f_code.co_filename).parent
    stories: Stories = [
        (scenario, _compiled(scenario, _name_of(scenario), file))
        for file in map(_near, discover([beside / each for each in paths] or [beside]))
        for scenario in load_file(file)
    ]

    def on_the_app(mews: Mews, mews_app: object, mews_story: Test, mews_payload: str) -> None:
        __tracebackhide__ = True
        mews_story(mews, mews_app, mews_payload)

    def on_several(mews: Mews, mews_story: Test, mews_payload: str, request: pytest.FixtureRequest) -> None:
        __tracebackhide__ = True
        named = {"mews": mews, "mews_payload": mews_payload}
        if "mews_app" in inspect.signature(mews_story).parameters:
            named["mews_app"] = request.getfixturevalue("mews_app")
        mews_story(**named)

    own = any(scenario.app is not None for scenario, _ in stories)
    test: Test = on_several if own else on_the_app
    test.mews_stories = stories  # type: ignore[attr-defined]  # pytest_generate_tests finds them there
    return test


def spread(metafunc: pytest.Metafunc, stories: Stories) -> None:
    """Each story of `scenarios(...)` is a test, under each payload that was asked for."""
    config = metafunc.config
    given = [
        pytest.param(test, payload, id=f"{_name_of(scenario)[5:]}-{payload}", marks=_marks(scenario, config))
        for scenario, test in stories
        for payload in _payloads(scenario, config)
    ]
    metafunc.parametrize(("mews_story", "mews_payload"), given)


def _near(path: Path) -> Path:
    """The path as people write it."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def _compiled(scenario: Scenario, name: str, path: Path) -> Test:
    """A function whose every line is a line of the file, so that pytest's own arrow points at the step."""
    given = "mews, mews_payload" if scenario.app is not None else "mews, mews_app, mews_payload"
    app = "None" if scenario.app is not None else "mews_app"
    lines = [
        f"_play = _begin(mews, {app})",
        *(f"_play({n})" for n in range(len(scenario.steps))),
        "_play.end()",
        *(f"_play.tell({n})" for n in range(len(scenario.steps))),
        "_play.tell()",
    ]
    steps = [step.source.line for step in scenario.steps]
    places = [scenario.source.line, *steps, steps[-1], *steps, steps[-1]]
    tree = ast.parse(f"def {name}({given}):\n" + "".join(f"    {line}\n" for line in lines))
    (function,) = tree.body
    assert isinstance(function, ast.FunctionDef)
    for node in ast.walk(function):
        _place(node, scenario.source.line)
    for statement, line in zip(function.body, places, strict=True):
        for node in ast.walk(statement):
            _place(node, line)

    def begin(mews: Mews, app: object) -> Replaying:
        __tracebackhide__ = True
        return Replaying(mews, scenario, app)

    names: dict[str, Any] = {"_begin": begin, "__name__": path.name, "__file__": str(path)}
    exec(compile(tree, str(path.absolute()), "exec"), names)  # noqa: S102 - of numbers and names of ours, no text of the file
    test: Test = names[name]
    test.__doc__ = scenario.about or scenario.name
    return test


def _place(node: ast.AST, line: int) -> None:
    if isinstance(node, ast.stmt | ast.expr | ast.arg):
        node.lineno = node.end_lineno = line
        node.col_offset = node.end_col_offset = 0


def _marked(test: Test, scenario: Scenario, config: pytest.Config) -> Test:
    payloads = pytest.mark.parametrize("mews_payload", _payloads(scenario, config))
    test.pytestmark = [payloads, *_marks(scenario, config)]  # type: ignore[attr-defined]
    return test


def _marks(scenario: Scenario, config: pytest.Config) -> list[pytest.MarkDecorator]:
    fields = {name: value for name, value in fields_of(scenario).items() if name != "payload"}
    marks = [pytest.mark.mews(**fields)]
    for tag in scenario.tags:
        if tag not in _NOT_MARKS and not tag.startswith("_"):
            config.addinivalue_line("markers", f"{tag}: a tag of scenarios")
            with suppress(pytest.fail.Exception):  # markers are strict, and this one is not known
                marks.append(getattr(pytest.mark, tag))
    return marks


def _payloads(scenario: Scenario, config: pytest.Config) -> list[str]:
    asked_for = asked(config, "payload")
    if asked_for in PAYLOADS:
        return [str(asked_for)]
    own = scenario.mews.get("payload")
    return [str(own)] if own and asked_for is None else list(PAYLOADS)


def _name_of(scenario: Scenario) -> str:
    words = re.sub(r"\W+", "_", scenario.name.lower()).strip("_")
    return f"test_{words or 'scenario'}"


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free)
    return free
