"""A server on a database file, until it is killed: run by test_crash.py."""

from __future__ import annotations

import sys

from mockmews import MockMewsServer


def main() -> None:
    with MockMewsServer(db=sys.argv[1]) as fake:
        sys.stdout.write(f"{fake.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
