"""`openprofiles check`: a store by its settings, a progress bar, findings as lines, and how many there were."""

from collections import Counter
from collections.abc import Callable

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from openprofiles.checking.store import check_store
from openprofiles.opening import check_whole, reads_of, snapshot_of, told_with_name
from openprofiles.settings import Settings


class Summary(msgspec.Struct):
    """What has been looked at, and how many findings of each kind there were."""

    domains: int = 0
    profiles: int = 0
    kinds: Counter[str] = msgspec.field(default_factory=Counter)

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        found = f"{self.kinds.total()} findings ({kinds})" if kinds else "nothing is wrong"
        return f"{self.domains} domains, {self.profiles} profiles: {found}."


def check_whole_store(settings: Settings, only: str | None, tell: Callable[[str], object]) -> Summary:
    """Each finding is told as it is found. Raises SettingsError."""
    summary = Summary()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with told_with_name(settings), bar:
        task = bar.add_task("", total=None)

        def report(domain: str, more: int, about: int) -> None:
            summary.domains += not more
            summary.profiles += more
            if more:
                bar.advance(task, more)
            else:
                bar.reset(task, total=about, description=domain)

        with snapshot_of(settings) as tx:
            check_whole(tx, settings)
        with reads_of(settings) as read:
            for domain, finding in check_store(read, only, report):
                summary.kinds[finding.kind] += 1
                tell(f"{domain}  {finding.kind}  {finding.subject}  {finding.text}")
    return summary
