"""The control API over HTTP, beside the one without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockmews import ControlClient, MockMewsServer


@pytest.fixture(scope="module")
def client(fake: MockMewsServer) -> Iterator[ControlClient]:
    with ControlClient(fake.url) as opened:
        yield opened
