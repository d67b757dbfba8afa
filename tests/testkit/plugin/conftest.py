"""A user's project, and pytest as the user runs it in it."""

from __future__ import annotations

from collections.abc import Callable

import httpcore  # noqa: F401 - as below
import pytest

# Loaded here, they are not loaded anew in each run within the run, which would also give them other classes.
import tests.testkit.checks.small_app  # noqa: F401

CONFTEST = """
    import pytest
    from tests.testkit.checks.small_app import SmallApp

    FLAW = "{flaw}"

    def small_app(mews):
        tokens = {{"CLIENT_TOKEN": mews.client_token, "ACCESS_TOKEN": mews.access_token}}
        app = SmallApp({{"FLAW": FLAW, "MEWS_URL": mews.url, **tokens}})
        mews.webhook_to(app.url + "/hooks?Token=${{webhook_token}}")
        return app

    @pytest.fixture
    def mews_app(mews):
        app = small_app(mews)
        yield app
        app.close()
"""
"""An app in this process, right or with a flaw, and the fixture that a user writes for it."""

_WITHOUT = ("randomly", "cacheprovider", "hypothesispytest", "xdist")
_FAST = [word for name in _WITHOUT for word in ("-p", f"no:{name}")]

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs a test file, with the app of CONFTEST or a conftest of its own."""

    def run(test: str | None, *options: str, flaw: str = "", conftest: str | None = None) -> pytest.RunResult:
        pytester.makeconftest(CONFTEST.format(flaw=flaw) if conftest is None else conftest)
        if test is not None:
            pytester.makepyfile(test)
        return pytester.runpytest_inprocess(*_FAST, *options)

    return run
