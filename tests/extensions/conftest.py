"""A listener, and the commands of the sample's table as calls of it."""

from collections.abc import Callable, Iterator

import pytest
import typer
from typer.testing import CliRunner, Result

from openprofiles.extension_commands import add_to

from .listener import Listen, Listener, listeners
from .sample import THINGS

Run = Callable[..., Result]


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Starts listeners: `listen(answer, …)`."""
    with listeners() as start:
        yield start


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of the sample: `run(listener, "things", "list", …)`."""
    monkeypatch.setenv("OPENPROFILES_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
    monkeypatch.setenv("OPENPROFILES_SECRET_ACCESS_KEY", "a-secret-that-guards-nothing")
    commands = typer.Typer(pretty_exceptions_enable=False)
    add_to(commands, THINGS.values())

    def call(listener: Listener, *arguments: str, text: str | None = None) -> Result:
        return CliRunner().invoke(commands, [*arguments, "--endpoint-url", listener.url], input=text)

    return call
