"""Somebody's project with tests, which run in a process of their own."""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.server.process import PATIENCE, clean_environment

AWS = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/none", "AWS_SHARED_CREDENTIALS_FILE": "/none"}
RUN_PATIENCE = 4 * PATIENCE


@dataclass(frozen=True)
class Run:
    """How a run of pytest ended: its exit status, how many tests had which outcome, all that it said."""

    status: int
    outcomes: dict[str, int]
    said: str


def run_tests(folder: Path, files: Mapping[str, str], *arguments: str, **environment: str) -> Run:
    """Write the files to `folder` and run pytest there, with our plugin and no other that is installed."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    outside = {name: value for name, value in clean_environment().items() if not name.startswith("PYTEST_")}
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "openprofiles.testing", "--basetemp", str(folder / "temp"), *arguments],
        cwd=folder,
        env=outside | AWS | alone | environment,
        capture_output=True,
        text=True,
        timeout=RUN_PATIENCE,
        check=False,
    )
    said = ended.stdout + ended.stderr
    return Run(ended.returncode, _outcomes(ended.stdout), said)


def _outcomes(printed: str) -> dict[str, int]:
    """Those of the last line: `=== 1 failed, 2 passed in 0.12s ===`."""
    last = printed.rstrip().rpartition("\n")[2]
    return {outcome: int(number) for number, outcome in re.findall(r"(\d+) (passed|failed|errors?|skipped)", last)}
