"""A page of docs/ as its tests see it: tables whose cells hold code, and blocks behind a marker."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.server.process import PATIENCE, RunningServer, clean_environment

DOCS = Path(__file__).parents[2] / "docs"
CODE = re.compile(r"`([^`]*)`")

Code = list[str]
"""What stands in back-quotes in a cell of a table."""


@dataclass(frozen=True)
class Page:
    """The text of a page, and the marker that stands before its examples."""

    text: str
    marker: str

    def table(self, *heads: str) -> list[list[str]]:
        """The rows of the table whose first heads these are."""
        head = r"\| " + r" +\| ".join(map(re.escape, heads))
        [lines] = re.findall(rf"^{head} .*\n\|[ -|]+\n((?:\|.*\n)+)", self.text, re.MULTILINE)
        return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in lines.splitlines()]

    def rows(self, *heads: str) -> list[list[Code]]:
        """The same, of each cell only its code."""
        return [[CODE.findall(cell) for cell in row] for row in self.table(*heads)]

    def examples(self, language: str) -> list[str]:
        """The blocks behind the marker."""
        return re.findall(rf"{re.escape(self.marker)}\n```{language}\n(.*?)```", self.text, re.DOTALL)

    def blocks(self, language: str) -> list[str]:
        found = re.findall(r"^```(\w*)\n(.*?)^```$", self.text, re.DOTALL | re.MULTILINE)
        return [block for word, block in found if word == language]


def page(name: str, test_file: str) -> Page:
    text = (DOCS / name).read_text(encoding="utf-8")
    return Page(text, f"<!-- example: run by tests/docs/{Path(test_file).name} -->")


def environment(server: RunningServer) -> dict[str, str]:
    """What `openprofiles env` sets, and the program on the path."""
    return clean_environment(
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        AWS_ENDPOINT_URL_CUSTOMER_PROFILES=server.url,
        AWS_ACCESS_KEY_ID=server.access_key_id,
        AWS_SECRET_ACCESS_KEY=server.secret_access_key,
        AWS_REGION="us-east-1",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true",
    )


def run(server: RunningServer, command: list[str], **variables: str) -> str:
    """What an example prints on its way to a good end."""
    ended = subprocess.run(
        command,
        env=environment(server) | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def run_python(server: RunningServer, example: str, **variables: str) -> str:
    return run(server, [sys.executable, "-c", example], **variables)


def run_shell(server: RunningServer, example: str, **variables: str) -> str:
    return run(server, ["bash", "-euc", example], **variables)
