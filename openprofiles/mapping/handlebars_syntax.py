"""The handlebars of field sources: text → tree. What is wrong is told with its place.

Text, `{{expression}}`, comments, whitespace control (`{{~ ~}}`) and the blocks if, unless, each, with and
removeExtraSpace ("Field definitions in Customer Profiles object type mappings"); of handlebars' own language also
`{{else}}`, `{{else if}}`, `this`, `../`, `@index`, `@first`, `@last` and `@key`. There are no helpers besides.
"""

import re
from collections.abc import Iterator

import msgspec

from openprofiles.errors import BadRequestException
from openprofiles.mapping.paths import Step, parse_steps

ROOT = "_source"

MAX_NESTING = 10
"""Levels of blocks. Each removeExtraSpace goes through its whole text once more."""

IF, UNLESS, EACH, WITH, REMOVE_EXTRA_SPACE = "if", "unless", "each", "with", "removeExtraSpace"
BLOCKS = (IF, UNLESS, EACH, WITH, REMOVE_EXTRA_SPACE)


class Text(msgspec.Struct, frozen=True):
    text: str


class Path(msgspec.Struct, frozen=True):
    """`up` scopes up from where it stands, then `steps`; from the object itself where `is_from_root`."""

    up: int
    steps: list[Step]
    is_from_root: bool = False


class Data(msgspec.Struct, frozen=True):
    """`@index`, `@first`, `@last` or `@key` of the innermost each, or of that `up` eaches up."""

    up: int
    name: str


Expression = Path | Data


class Block(msgspec.Struct):
    """`inverse` is what stands behind its else."""

    name: str
    argument: Expression | None
    body: "list[Node]"
    inverse: "list[Node]"


Node = Text | Path | Data | Block

_TAG = re.compile(
    r"\{\{(?P<before>~?)"
    r"(?:!--(?P<long>.*?)--|!(?P<comment>[^}]*?)|\{(?P<triple>[^{}]*)\}|&?(?P<double>[^{}~]*))"
    r"(?P<after>~?)\}\}",
    re.DOTALL,
)
_ELSE_IF = re.compile(r"else\s+(?P<block>\S+)(?P<argument>.*)", re.DOTALL)
_ROOT_END = re.compile(r"_source(?=[.\[]|\Z)")
_THIS = re.compile(r"(?:this(?=[.\[]|\Z)|\.(?=/|\Z))/?")
_DATA = re.compile(r"@(?P<up>(?:\.\./)*)(?P<name>index|first|last|key)")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\[[^\[\]]*\]")


class Tag(msgspec.Struct, frozen=True):
    """What stands between braces, and where the tag begins."""

    text: str
    start: int


def parse_template(source: str) -> list[Node]:
    """Raises BadRequestException where the text is no template."""
    return _Parser(source).parse()


def wrong(source: str, position: int, reason: str) -> BadRequestException:
    return BadRequestException(f"Source {source} is not valid handlebars at character {position + 1}: {reason}.")


def _tokens(source: str) -> Iterator[str | Tag]:
    position, strip = 0, False
    while (start := source.find("{{", position)) >= 0:
        tag = _TAG.match(source, start)
        if tag is None:
            raise wrong(source, start, f"{source[start : start + 30]} is not closed")
        yield _stripped(source[position:start], strip, bool(tag["before"]))
        if tag["long"] is None and tag["comment"] is None:
            yield Tag((tag["double"] if tag["triple"] is None else tag["triple"]).strip(), start)
        position, strip = tag.end(), bool(tag["after"])
    yield _stripped(source[position:], strip, False)


def _stripped(text: str, left: bool, right: bool) -> str:
    text = text.lstrip() if left else text
    return text.rstrip() if right else text


class _Open(msgspec.Struct):
    """A block that is not closed yet. `chained`: an `else if`, which its first block's end closes too."""

    block: Block
    start: int
    is_chained: bool = False
    is_in_else: bool = False

    @property
    def nodes(self) -> list[Node]:
        return self.block.inverse if self.is_in_else else self.block.body


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.top: list[Node] = []
        self.open: list[_Open] = []

    @property
    def nodes(self) -> list[Node]:
        return self.open[-1].nodes if self.open else self.top

    def parse(self) -> list[Node]:
        for token in _tokens(self.source):
            if isinstance(token, Tag):
                self._add_tag(token)
            elif token:
                self.nodes.append(Text(token))
        if self.open:
            raise self._wrong(len(self.source), f"block {self.open[-1].block.name} is not closed")
        return self.top

    def _add_tag(self, tag: Tag) -> None:
        if tag.text[:1] == "#":
            name, *argument = tag.text[1:].split(None, 1) or [""]
            self._open_block(name, "".join(argument).strip(), tag.start)
        elif tag.text[:1] == "/":
            self._close_block(tag.text[1:].strip(), tag.start)
        elif tag.text in ("else", "^"):
            self._else(tag.start)
        elif chained := _ELSE_IF.fullmatch(tag.text):
            self._else(tag.start)
            self._open_block(chained["block"], chained["argument"].strip(), tag.start, is_chained=True)
        else:
            self.nodes.append(self._expression(tag.text, tag.start))

    def _open_block(self, name: str, argument: str, start: int, is_chained: bool = False) -> None:
        if name not in BLOCKS:
            raise self._wrong(start, f"block {name} is not supported; there are {', '.join(BLOCKS)}")
        if sum(not one.is_chained for one in self.open) == MAX_NESTING:
            raise self._wrong(start, f"block {name} is nested deeper than {MAX_NESTING} levels")
        if bool(argument) == (name == REMOVE_EXTRA_SPACE):
            needs = "takes no value" if name == REMOVE_EXTRA_SPACE else "needs a value to look at"
            raise self._wrong(start, f"block {name} {needs}")
        block = Block(name, self._expression(argument, start) if argument else None, [], [])
        self.nodes.append(block)
        self.open.append(_Open(block, start, is_chained))

    def _else(self, start: int) -> None:
        if not self.open or self.open[-1].block.name == REMOVE_EXTRA_SPACE:
            raise self._wrong(start, "else stands outside of a block that has one")
        if self.open[-1].is_in_else:
            raise self._wrong(start, f"block {self.open[-1].block.name} has a second else")
        self.open[-1].is_in_else = True

    def _close_block(self, name: str, start: int) -> None:
        while self.open and self.open[-1].is_chained:
            self.open.pop()
        if not self.open:
            raise self._wrong(start, f"block {name} is closed but was not opened")
        expected = self.open[-1].block.name
        if name != expected:
            raise self._wrong(start, f"block {name} is closed where block {expected} is open")
        self.open.pop()

    def _scopes(self, *names: str) -> int:
        """How many open blocks of these names have given `this` another value here."""
        return sum(one.block.name in names and not one.is_in_else for one in self.open)

    def _expression(self, text: str, start: int) -> Expression:
        if not text:
            raise self._wrong(start, "the expression {{}} is empty")
        if re.search(r"\s", _QUOTED.sub("", text)):
            raise self._wrong(start, f"{text} is more than one path, and there are no helpers")
        data = _DATA.fullmatch(text)
        if data is not None:
            return self._data(data, start)
        up = 0
        while text.startswith("../"):
            up, text = up + 1, text[3:]
        return self._path(up, text or ".", start)

    def _data(self, data: re.Match[str], start: int) -> Data:
        up = len(data["up"]) // len("../")
        if up >= self._scopes(EACH):
            raise self._wrong(start, f"{data[0]} stands outside of a block each")
        return Data(up, data["name"])

    def _path(self, up: int, text: str, start: int) -> Path:
        root = _ROOT_END.match(text)
        if root is not None:
            return Path(0, parse_steps(text[root.end() :], self.source), is_from_root=True)
        if up >= self._scopes(EACH, WITH):
            raise self._wrong(start, f"{text} is not supported here, an expression begins with {ROOT}")
        this = _THIS.match(text)
        rest = text if this is None else text[this.end() :]
        steps = parse_steps(rest if rest[:1] in ("", ".", "[") else f".{rest}", self.source)
        return Path(up, steps)

    def _wrong(self, position: int, reason: str) -> BadRequestException:
        return wrong(self.source, position, reason)
