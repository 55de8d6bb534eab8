"""docs/dedupe.md: its example is run."""

from pathlib import Path

from openprofiles.matching.probabilistic.fields import FIELDS
from tests.server.process import run_command

PAGE = (Path(__file__).parents[2] / "docs" / "dedupe.md").read_text()

SESSION = PAGE.split("```")[1]
PEOPLE = SESSION.partition("$ cat people.csv\n")[2].partition("$ openprofiles")[0]
TOLD = SESSION.partition("--out groups.csv\n")[2]


def test_the_example_tells_what_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    done = run_command("dedupe", str(tmp_path / "people.csv"), "--out", str(tmp_path / "groups.csv"))
    assert TOLD.strip()
    assert done.stdout.startswith(TOLD)
    assert (tmp_path / "groups.csv").read_text().startswith("Row,GroupId,ConfidenceScore\n")


def test_the_page_names_the_fields_that_are_read() -> None:
    named = [name for name in FIELDS if "." not in name and "Phone" not in name and "Email" not in name]
    assert [name for name in named if name not in PAGE] == []
