"""The table of docs/extensions.md, from the table of the program.

    python -m tests.extensions.page            write it into the page

What an operation does is the docstring of its request.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from openprofiles.descriptions import Description, Member, descriptions
from openprofiles.extension_options import metavar_of, option_of

PAGE = Path(__file__).parents[2] / "docs" / "extensions.md"
TABLE = re.compile(r"(?<=<!-- table: written by tests/extensions/page.py -->\n\n).*?(?=\n\n)", re.DOTALL)


def table() -> str:
    """A row for each operation."""
    rows = (f"| `{command_line(one)}` | `{route(one)}` | {words(one)} |" for one in descriptions())
    return "\n".join(["| Command | Route | What it does |", "|---|---|---|", *rows])


def command_line(one: Description) -> str:
    """A command as it is typed, with all that it takes but what every command has."""
    return " ".join(["openprofiles", *filter(None, [one.noun]), one.verb, *_members(one)])


def _members(one: Description) -> Iterator[str]:
    options = [member for member in one.members if member.place != "path"]
    yield from (metavar_of(member) for member in one.members if member.place == "path")
    yield from (_shown(member) for member in sorted(options, key=lambda member: not member.field.required))
    if one.pages:
        yield "[--all]"


def _shown(member: Member) -> str:
    return option_of(member) if member.field.required else f"[{option_of(member)}]"


def route(one: Description) -> str:
    """Method and path."""
    return f"{one.operation.method} {one.operation.path}"


def words(one: Description) -> str:
    """Summary and text, in one line."""
    return " ".join(f"{one.summary}. {one.text}".split())


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(TABLE.sub(lambda _: table(), page), encoding="utf-8")


if __name__ == "__main__":
    main()
