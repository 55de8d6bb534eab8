"""A server as a child process: how its parent learns that it answers, and stops it."""

import http.client
import re
import subprocess
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

STOP_SECONDS = 15
LINES_SHOWN = 20
SECONDS_BETWEEN = 0.02
ADDRESS = re.compile(r"listens on (https?://\S+)")


def url_when_ready(process: "subprocess.Popen[bytes]", log: Path, seconds: float) -> str | None:
    """Where the server answers. None where it ends, or does not answer within so many seconds.

    `log`: the file of what it says, where its address stands.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        found = ADDRESS.search(log.read_text(errors="replace"))
        if found and _is_ready(found[1]):
            return found[1]
        time.sleep(SECONDS_BETWEEN)
    return None


def _is_ready(url: str) -> bool:
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)) as connection:
        try:
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False


def end_of(log: Path) -> str:
    """What the server said last, for the person whose server it is."""
    lines = log.read_text(errors="replace").splitlines()[-LINES_SHOWN:]
    return "\n".join([f"{log} ends with:", *lines]) if lines else f"{log} is empty."


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Asks it to end, and makes it end where it does not."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()
