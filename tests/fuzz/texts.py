"""JSON as it is written down, and what can be wrong with it as text."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.fuzz.chance import Chance

NUMBER = re.compile(r"(?<![\w.\"-])\d+(?![\w.\"])")
MEMBER = re.compile(r'"\w{1,40}":')

NUMBERS = ["1e400", "-1e400", "1e-400", "-0", "0.1", "1.0", "1E+2", "9" * 25, "9" * 5_000, "01", "1.", "NaN", "0x1F"]
PIECES = [
    "\\u0000",
    "\0",
    "\\ud800",
    "\ud800",
    "\\udc00\\ud800",
    "\\",
    '"',
    "\n",
    "\x7f",
    "\u2028",
    "\ufeff",
    "\\x",
    "/*",
]
AROUND = [("\ufeff", ""), (" " * 5_000, "\n"), ("", "x"), ("", "{}"), ("[", "]"), ('"', '"'), ("//", ""), ("", "\0")]
DEPTHS = [3, 500, 511, 512, 600, 100_000]


def written(chance: Chance, document: Any) -> str:
    """The document as JSON, which may have been spoilt on the way."""
    text = json.dumps(document, ensure_ascii=chance.random() < 0.8)
    return chance.choice(SPOILERS)(chance, text) if chance.errs() else text


def other_number(chance: Chance, text: str) -> str:
    return NUMBER.sub(lambda _: chance.choice(NUMBERS), text, count=1)


def doubled_member(_: Chance, text: str) -> str:
    """The first member a second time, with another value."""
    member = MEMBER.search(text)
    return text if member is None else text.replace("{", f"{{{member[0]} 1, ", 1)


def inserted(chance: Chance, text: str) -> str:
    place = chance.randint(0, len(text))
    return text[:place] + chance.choice(PIECES) + text[place:]


def inserted_in_a_string(chance: Chance, text: str) -> str:
    quotes = [place for place, character in enumerate(text) if character == '"']
    place = chance.choice(quotes or [0])
    return text[: place + 1] + chance.choice(PIECES) + text[place + 1 :]


def cut(chance: Chance, text: str) -> str:
    return text[: chance.randint(0, len(text))]


def surrounded(chance: Chance, text: str) -> str:
    before, after = chance.choice(AROUND)
    return before + text + after


def buried(chance: Chance, text: str) -> str:
    """As the last member of itself, so deep."""
    depth = chance.choice(DEPTHS)
    opening, closing = chance.choice([("[", "]"), ('{"a":', "}")])
    return text.replace("{", f'{{"Deep":{opening * depth}1{closing * depth},', 1)


def wide(chance: Chance, text: str) -> str:
    return text.replace("{", f'{{"Wide":[{"[]," * chance.choice([100, 19_000, 21_000])}0],', 1)


SPOILERS: tuple[Callable[[Chance, str], str], ...] = (
    other_number,
    doubled_member,
    inserted,
    inserted_in_a_string,
    cut,
    surrounded,
    buried,
    wide,
)
