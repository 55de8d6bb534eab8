"""Rules on sources: values that never come, or come together wrongly."""

import re
from collections.abc import Iterator

from openprofiles.mapping.handlebars_syntax import EACH, Block, Data, Path, Text
from openprofiles.mapping.lint.findings import Finding, finding
from openprofiles.mapping.lint.view import Field, Source, View, blocks, gives_list, rendered
from openprofiles.mapping.targets import PLAIN

_MEANT_AS_PATH = re.compile(r"\s*(?:\$\.|_?source[.\[])", re.IGNORECASE)
"""A constant that begins as a path of another language does, or as one without its underscore."""


def no_source(view: View) -> Iterator[Finding]:
    for field in view.fields:
        if not field.source.text.strip() and (field.target or field.keys):
            message = (
                f"Field {field.name} has no Source, so it is always empty; give it one, as in _source.{field.name}."
            )
            yield finding("NoSource", field.name, message)


def path_as_constant(view: View) -> Iterator[Finding]:
    for field in view.fields:
        text = field.source.text
        if field.source.is_constant and _MEANT_AS_PATH.match(text):
            message = (
                f"Field {field.name} has the Source {text}, which is a constant text: each object gets these very"
                " words; an accessor begins with _source."
            )
            yield finding("PathAsConstant", field.name, message)


def list_as_text(view: View) -> Iterator[Finding]:
    """A list where only text counts is an empty value."""
    for field in view.fields:
        place = _place_of_text(field)
        if place is not None and any(gives_list(path.steps) for path in field.source.paths):
            message = (
                f"Field {field.name} has the Source {field.source.text}, which gives a list, and {place} takes text:"
                " it stays empty; name one element, as in [0], or write the list out with {{#each}}."
            )
            yield finding("ListAsText", field.name, message)


def _place_of_text(field: Field) -> str | None:
    if field.keys:
        return f"key {field.keys[0]}"
    if field.source.nodes is not None:
        return "a template"
    return field.target_text if field.takes_text else None


def text_for_structure(view: View) -> Iterator[Finding]:
    """A template gives text, and a structure takes an object or a list: nothing is ever written."""
    for field in view.fields:
        if field.target is not None and field.target.kind != PLAIN and field.source.text.strip():
            if field.source.steps is not None:
                continue
            message = (
                f"Field {field.name} gives a text, and its target {field.target_text} takes no text: nothing is"
                " written; take an accessor without braces, or a target for each member."
            )
            yield finding("TextForStructure", field.name, message)


def needless_template(view: View) -> Iterator[Finding]:
    for field in view.fields:
        is_plain = field.target is None or field.target.kind == PLAIN
        if is_plain and _is_one_path(field.source):
            message = (
                f"Field {field.name} has the template {field.source.text}, where an accessor, without braces, is faster"
                " and keeps lists and objects; take that."
            )
            yield finding("NeedlessTemplate", field.name, message)


def _is_one_path(source: Source) -> bool:
    nodes = source.nodes or []
    return len(nodes) == 1 and isinstance(nodes[0], Path) and not gives_list(nodes[0].steps)


def each_without_separator(view: View) -> Iterator[Finding]:
    for field in view.fields:
        if any(_glues(block) for block in blocks(field.source.nodes or [])):
            message = (
                f"Field {field.name} joins the elements of a list with nothing between them ({field.source.text});"
                " end the block with {{#unless @last}}, {{/unless}}."
            )
            yield finding("EachWithoutSeparator", field.name, message)


def _glues(block: Block) -> bool:
    """Whether an each writes values and no text; one that looks at its turn (`@first`) knows what it does."""
    if block.name != EACH:
        return False
    inner = list(blocks(block.body))
    nodes = [*block.body, *(node for one in inner for node in (one.argument, *one.body, *one.inverse))]
    return any(rendered(block.body)) and not any(isinstance(node, (Data, Text)) for node in nodes)
