"""Every bad app file of the corpus is refused at its place, with its problem and its advice."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockmews_testkit.errors import AppFileError
from mockmews_testkit.integration.app_file import AppFile
from tests.testkit.integration.corpus import BAD, HEAR, REST, WEBHOOK, Bad


def refusal(folder: Path, text: str | bytes, name: str = "mews-app.yaml") -> AppFileError:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(AppFileError) as caught:
        AppFile.load(file, environment={"HOME": "/"})
    assert caught.value.path == str(file)
    return caught.value


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.line}:{bad.column} {bad.problem}")
def test_a_bad_app_file_is_refused_at_its_place(tmp_path: Path, bad: Bad) -> None:
    error = refusal(tmp_path, bad.text)
    assert (error.line, error.column) == (bad.line, bad.column), str(error)
    assert bad.problem in error.problem
    assert bad.advice in error.advice
    assert error.more == (), str(error)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    error = refusal(tmp_path, f"within: soon\n{REST}env: {{A: '${{b}}'}}\nworld: w\nx: y\n")
    assert [each.line for each in (error, *error.more)] == [1, 6, 7]
    error = refusal(tmp_path, f"{REST}env: {{A: '${{b}} ${{c}}', D: '${{e}}'}}\n")
    assert [(each.line, each.column) for each in (error, *error.more)] == [(4, 11), (4, 16), (4, 27)]


def test_a_file_that_is_no_yaml_or_text_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a: [b\n").line == 1
    assert refusal(tmp_path, b"a: \xff\n").problem == "byte 0xff is not UTF-8"


TABLE = """[tool.mockmews.app]
webhook = "http://a/"
say = {post = "http://a/"}
hear = {sink = {text = "$.t"}}
"""


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        ("[tool.other]\n", 1, 1, "no app is described"),
        ("[tool.mockmews.app]\nwebhok = 1\n", 2, 1, "unknown key: 'webhok'"),
        (TABLE + "within = 5\n", 5, 10, "'5' is not a duration"),
        (TABLE + "[tool.mockmews.app.env]\nA = '${nope}'\n", 6, 6, "unknown variable ${nope}"),
        (TABLE + "env = {A = '${nope}'}\n", 5, 13, "unknown variable ${nope}"),
        ("[tool.mockmews.app]\na = = 2\n", 2, 5, "TOML cannot be read here"),
    ],
)
def test_a_bad_table_in_pyproject_is_refused_at_its_place(
    tmp_path: Path, text: str, line: int, column: int, problem: str
) -> None:
    error = refusal(tmp_path, text, "pyproject.toml")
    assert (error.line, error.column, problem in error.problem) == (line, column, True), str(error)


def test_an_unset_build_number_in_the_heading_is_no_reason_not_to_run(tmp_path: Path) -> None:
    file = tmp_path / "mews-app.yaml"
    file.write_text(f"app: {{name: A, version: 'b${{env.NOPE}}'}}\n{REST}")
    assert AppFile.load(file, environment={}).version == "b"


def test_a_dollar_may_be_written(tmp_path: Path) -> None:
    file = tmp_path / "mews-app.yaml"
    file.write_text(WEBHOOK + HEAR + 'say: {post: "http://a/$${x}", text: "$${text} $5 ${text}"}\n')
    app = AppFile.load(file, environment={})
    assert app.say is not None
    ready = app.say.fill({"text": "${x}"})
    assert (ready.url, ready.body) == ("http://a/${x}", b"${text} $5 ${x}")
