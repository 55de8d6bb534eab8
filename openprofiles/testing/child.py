"""The process of a server for tests: the command line, which ends when the tests do, in whatever way they end."""

import os
import signal
import threading

from openprofiles import cli


def main() -> None:
    """As `openprofiles`, but that SIGTERM comes at the end of standard input too.

    That is a pipe nobody writes to. The system closes it with the process that started this one, also when that was
    killed and could stop nothing.
    """
    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    cli.main()


def _stop_at_end_of_input() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
