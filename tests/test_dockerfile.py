"""What the Dockerfile promises, as far as it can be seen without Docker: it copies what is there, its user is not root,
it starts the server, and its health check tells a server that is ready from one that is not.
"""

import json
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from openprofiles.settings import read_settings
from tests.server.process import PATIENCE, RunningServer, clean_environment, get_status, wait_until

ROOT = Path(__file__).parent.parent
NOBODY = "127.0.0.1:9"


def instructions() -> list[tuple[str, str]]:
    """Each instruction's name and what follows it, with what is continued on further lines."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [line.split(maxsplit=1) for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [(name, " ".join(rest.split())) for name, rest in lines]


INSTRUCTIONS = instructions()
STAGES = [number for number, (name, _) in enumerate(INSTRUCTIONS) if name == "FROM"]
FINAL = dict(INSTRUCTIONS[STAGES[-1] :])
"""Instruction → its last text in the stage that becomes the image."""

ENVIRONMENT = dict(pair.split("=", 1) for pair in FINAL["ENV"].split())
OURS = {name: value for name, value in ENVIRONMENT.items() if name.startswith("OPENPROFILES_")}
CHECK = json.loads(FINAL["HEALTHCHECK"].partition("CMD ")[2])
COMMAND = [*json.loads(FINAL["ENTRYPOINT"]), *json.loads(FINAL["CMD"])]

COPIED = [
    source.rstrip("/")
    for name, rest in INSTRUCTIONS
    if name == "COPY" and not rest.startswith("--from")
    for source in rest.split()[:-1]
]
IGNORED = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]


# --- what goes in


@pytest.mark.parametrize("source", COPIED)
def test_what_is_copied_is_there(source: str) -> None:
    assert (ROOT / source).exists()


def test_nothing_else_gets_into_an_image() -> None:
    assert IGNORED[0] == "*"
    assert sorted(line[1:] for line in IGNORED if line.startswith("!")) == sorted(COPIED)


def test_all_that_the_package_is_built_from_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = {project["project"]["readme"], *project["project"]["license-files"]}
    needed |= set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert needed - set(COPIED) == set()


def test_both_stages_have_the_same_python() -> None:
    bases = {INSTRUCTIONS[number][1].split()[0] for number in STAGES}
    assert len(bases) == 1


# --- how it runs


def test_the_user_is_a_number_that_is_not_root_s() -> None:
    assert all(int(one) > 0 for one in FINAL["USER"].split(":"))


def test_the_settings_are_settings_of_the_server() -> None:
    settings = read_settings(OURS)
    assert {"OPENPROFILES_LISTEN": settings.listen, "OPENPROFILES_DATA": settings.data} == OURS


def test_data_are_in_the_volume() -> None:
    assert FINAL["VOLUME"] == OURS["OPENPROFILES_DATA"]


def test_the_server_listens_where_a_port_can_be_published() -> None:
    assert OURS["OPENPROFILES_LISTEN"] == f"0.0.0.0:{FINAL['EXPOSE']}"


def test_the_command_starts_a_server_that_stops_when_it_is_told_to(tmp_path: Path) -> None:
    program = Path(sys.executable).parent / COMMAND[0]
    host = OURS["OPENPROFILES_LISTEN"].partition(":")[0]
    environment = clean_environment(**OURS | {"OPENPROFILES_DATA": str(tmp_path), "OPENPROFILES_LISTEN": f"{host}:0"})
    output = tmp_path / "output"
    with output.open("wb") as to:
        process = subprocess.Popen([program, *COMMAND[1:]], env=environment, stdout=to, stderr=to)
    try:
        wait_until(lambda: b"listens on" in output.read_bytes())
        assert get_status(f"{output.read_text().split('listens on ')[1].split()[0]}/-/ready") == 200
        process.terminate()
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()


# --- whether it is healthy


def health_of(listen: str) -> int:
    """The exit status of the check, in an environment with a proxy that does not answer."""
    environment = clean_environment(**OURS | {"OPENPROFILES_LISTEN": listen, "HTTP_PROXY": f"http://{NOBODY}"})
    assert CHECK[0] == "python"
    return subprocess.run([sys.executable, *CHECK[1:]], env=environment, timeout=PATIENCE, check=False).returncode


@contextmanager
def not_ready() -> Iterator[str]:
    """The address of a server whose store does not answer."""

    class Answer503(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(503)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    with HTTPServer(("127.0.0.1", 0), Answer503) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_server_that_is_ready_is_healthy(server: RunningServer, host: str) -> None:
    assert health_of(f"{host}:{server.address[1]}") == 0


def test_a_server_that_is_not_ready_is_unhealthy() -> None:
    with not_ready() as address:
        assert health_of(address) == 1


def test_no_server_is_unhealthy() -> None:
    assert health_of(NOBODY) == 1
