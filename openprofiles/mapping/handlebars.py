"""The handlebars of field sources: tree → function, compiled once.

Values go into the text as they are: nothing is escaped, since nothing is HTML. As in handlebars, what is absent, null,
false, 0, an empty text or an empty list counts as false.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from openprofiles.mapping.handlebars_syntax import (
    EACH,
    REMOVE_EXTRA_SPACE,
    UNLESS,
    WITH,
    Block,
    Data,
    Expression,
    Node,
    Text,
    parse_template,
)
from openprofiles.mapping.json_values import text_of
from openprofiles.mapping.paths import reader
from openprofiles.mapping.work import Work


class Turn(msgspec.Struct, frozen=True):
    """One turn of an each: `@index`, `@first`, `@last` and `@key`, and the turn of the each around it."""

    index: int
    last: bool
    key: str
    outer: "Turn | None"

    @property
    def first(self) -> bool:
        return self.index == 0


class Scope(msgspec.Struct, frozen=True):
    """What paths start from: the whole object, `this` and what `this` was outside of the block."""

    root: dict[str, Any]
    this: Any
    outer: "Scope | None" = None
    turn: Turn | None = None


Render = Callable[[Scope, Work], str]
Value = Callable[[Scope, Work], Any]


def compile_template(source: str) -> Callable[[dict[str, Any], Work], str]:
    """Raises BadRequestException where the text is no template; the function, where it gives too much or takes too
    long.
    """
    render = _sequence(parse_template(source))
    return lambda value, work: render(Scope(value, value), work)


def _sequence(nodes: Sequence[Node]) -> Render:
    renders = [_node(node) for node in nodes]
    if len(renders) == 1:
        return renders[0]
    return lambda scope, work: "".join([render(scope, work) for render in renders])


def _node(node: Node) -> Render:
    if isinstance(node, Text):
        text = node.text
        return lambda _, work: work.give(text)
    if isinstance(node, Block):
        return _block(node)
    value = _value(node)

    def render(scope: Scope, work: Work) -> str:
        work.step()
        return work.give(text_of(value(scope, work)))

    return render


def _value(expression: Expression) -> Value:
    if isinstance(expression, Data):
        return _data(expression)
    read = reader(expression.steps)
    if expression.is_from_root:
        return lambda scope, work: read(scope.root, work)
    up = expression.up
    return lambda scope, work: read(_outer(scope, up).this, work)


def _outer(scope: Scope, up: int) -> Scope:
    for _ in range(up):
        scope = scope.outer or scope
    return scope


def _data(data: Data) -> Value:
    name, up = data.name, data.up

    def value(scope: Scope, _: Work) -> Any:
        turn = scope.turn
        for _level in range(up):
            turn = turn.outer if turn is not None else None
        return getattr(turn, name, None)

    return value


def _block(block: Block) -> Render:
    body, inverse = _sequence(block.body), _sequence(block.inverse)
    if block.name == REMOVE_EXTRA_SPACE or block.argument is None:
        return lambda scope, work: " ".join(body(scope, work).split())
    value = _value(block.argument)
    if block.name == EACH:
        return _each(value, body, inverse)
    if block.name == WITH:
        return _with(value, body, inverse)
    if block.name == UNLESS:
        body, inverse = inverse, body
    return _if(value, body, inverse)


def _if(value: Value, body: Render, inverse: Render) -> Render:
    def render(scope: Scope, work: Work) -> str:
        work.step()
        return (body if is_true(value(scope, work)) else inverse)(scope, work)

    return render


def _with(value: Value, body: Render, inverse: Render) -> Render:
    def render(scope: Scope, work: Work) -> str:
        work.step()
        this = value(scope, work)
        return body(Scope(scope.root, this, scope, scope.turn), work) if is_true(this) else inverse(scope, work)

    return render


def _each(value: Value, body: Render, inverse: Render) -> Render:
    def render(scope: Scope, work: Work) -> str:
        elements = list(_elements(value(scope, work)))
        if not elements:
            return inverse(scope, work)
        last, texts = len(elements) - 1, []
        for index, (key, this) in enumerate(elements):
            work.step()
            turn = Turn(index, index == last, key, scope.turn)
            texts.append(body(Scope(scope.root, this, scope, turn), work))
        return "".join(texts)

    return render


def _elements(value: Any) -> Iterable[tuple[str, Any]]:
    """The elements of a list, by their places; the members of an object, by their names."""
    if isinstance(value, list):
        return ((str(place), element) for place, element in enumerate(value))
    return value.items() if isinstance(value, dict) else ()


def is_true(value: Any) -> bool:
    """As handlebars sees it: an object is true, even without members."""
    return bool(value) or isinstance(value, dict)
