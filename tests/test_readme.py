"""The example of the README is run as it stands there, but for the address."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.process import PATIENCE, RunningServer, clean_environment

README = Path(__file__).parent.parent / "README.md"
MARKER = "<!-- example: run by tests/test_readme.py -->"
ADDRESS = "http://127.0.0.1:8090"
MOST_LINES = 25


@pytest.fixture(scope="module")
def example() -> str:
    """The text of the block behind the marker."""
    behind = README.read_text(encoding="utf-8").partition(MARKER)[2]
    block = re.match(r"\n```python\n(.*?)```\n", behind, re.DOTALL)
    assert block is not None, f"README.md has no python block right behind {MARKER}"
    return block[1]


def test_the_example_is_short(example: str) -> None:
    assert len(example.splitlines()) <= MOST_LINES


def test_the_example_calls_the_address_that_serve_listens_on(example: str) -> None:
    assert example.count(ADDRESS) == 1


def test_the_example_finds_the_profile_of_ann(example: str, launch_server: Callable[..., RunningServer]) -> None:
    server = launch_server()
    ended = subprocess.run(
        [sys.executable, "-c", example.replace(ADDRESS, server.url)],
        env=clean_environment(
            AWS_ACCESS_KEY_ID=server.access_key_id,
            AWS_SECRET_ACCESS_KEY=server.secret_access_key,
            AWS_EC2_METADATA_DISABLED="true",
        ),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "'EmailAddress': 'Ann@Example.com'" in ended.stdout
    assert "'Attributes': {'Name': 'Ann Lee'}" in ended.stdout
    assert ended.stdout.count("'ProfileId'") == 1
