"""What a user can call or set is in the documents, and what the documents name is there."""

import re
from pathlib import Path

import pytest
import typer.main

from openprofiles.cli import commands
from openprofiles.settings import LIMIT_PREFIX, PREFIX, QUOTA_PREFIX, Limits, Quotas, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
RUNNING = ROOT / "docs" / "running.md"
EXTENSIONS = ROOT / "docs" / "extensions.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])

LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def commands_of(group: object, name: str = "openprofiles") -> list[str]:
    """What can be typed: each command with those before it."""
    below: dict[str, object] = getattr(group, "commands", {})
    if not below:
        return [name]
    return [command for part, one in sorted(below.items()) for command in commands_of(one, f"{name} {part}")]


COMMANDS = commands_of(typer.main.get_command(commands))
VARIABLES = [
    *(PREFIX + field.upper() for field in Settings.__struct_fields__ if field not in ("limits", "quotas")),
    *(LIMIT_PREFIX + field.upper() for field in Limits.__struct_fields__),
    *(QUOTA_PREFIX + field.upper() for field in Quotas.__struct_fields__),
]


def running() -> str:
    return RUNNING.read_text(encoding="utf-8")


def test_every_make_target_of_the_readme_exists() -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", "\n".join(code_of(README))))
    assert named - make_targets() == set()
    assert named >= {"demo", "test", "serve"}


def code_of(text: str) -> list[str]:
    """What stands between back-quotes, in lines of text or in blocks."""
    return re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_every_make_target_of_a_document_exists(document: Path) -> None:
    code = "\n".join(code_of(document.read_text(encoding="utf-8")))
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) - make_targets() == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_every_file_that_a_document_links_to_exists(document: Path) -> None:
    linked = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in linked if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    """By its name as it is typed; one of a group may stand in back-quotes behind the first of them."""
    below_a_group = command.count(" ") > 1
    short = "`" + command.removeprefix("openprofiles ") if below_a_group else command
    assert re.search(rf"(?:\b{command}|{short})\b", running() + EXTENSIONS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_every_command_of_a_document_exists(document: Path) -> None:
    code = "\n".join(code_of(document.read_text(encoding="utf-8")))
    words = {command.split()[1] for command in COMMANDS}
    assert set(re.findall(r"(?:^|[`(\s/])openprofiles ([a-z-]+)\b", code, re.MULTILINE)) - words == set()


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_setting_is_documented(variable: str) -> None:
    assert re.search(rf"\b{variable}\b", running())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_every_setting_of_a_document_exists(document: Path) -> None:
    named = set(re.findall(r"\bOPENPROFILES_[A-Z_]*[A-Z]\b", document.read_text(encoding="utf-8")))
    assert named - set(VARIABLES) - {"OPENPROFILES_TEST_POSTGRES", "OPENPROFILES_ENDPOINT_URL"} == set()


def test_every_target_of_make_is_listed_by_its_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) == set(phony.split())
