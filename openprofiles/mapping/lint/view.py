"""A definition as the rules of lint look at it: sources parsed, fields and keys linked."""

from collections.abc import Iterator, Sequence

import msgspec

from openprofiles.mapping.definitions import FieldDefinition, ObjectTypeDocument
from openprofiles.mapping.handlebars_syntax import EACH, ROOT, WITH, Block, Expression, Node, Path, Text, parse_template
from openprofiles.mapping.keys import IDENTIFIER_OF_STANDARD_OBJECT, PREDEFINED_KEYS
from openprofiles.mapping.lint.meanings import BY_CONTENT_TYPE, meaning_of
from openprofiles.mapping.paths import Each, Step, parse_steps
from openprofiles.mapping.targets import PLAIN, Target, parse_target

STANDARD_IDENTIFIERS = frozenset(IDENTIFIER_OF_STANDARD_OBJECT.values())


class Source(msgspec.Struct, frozen=True):
    """`steps` of an accessor, `nodes` of a template; a constant has neither."""

    text: str
    steps: list[Step] | None = None
    nodes: list[Node] | None = None

    @property
    def is_constant(self) -> bool:
        """Whether each object gets the same value; a template without any expression is one too."""
        if self.nodes is None:
            return self.steps is None
        looks = any(block.argument is not None for block in blocks(self.nodes))
        return not looks and not any(rendered(self.nodes))

    @property
    def paths(self) -> list[Path]:
        """The paths whose values go into the field, as they stand in the source."""
        if self.steps is not None:
            return [Path(0, self.steps, is_from_root=True)]
        return [one for one in rendered(self.nodes or []) if isinstance(one, Path)]

    @property
    def looked_at(self) -> list[list[Step]]:
        """The ways from the object to all that the source reads or goes into; a condition (if, unless) is none."""
        entered = [block.argument for block in blocks(self.nodes or []) if block.name in (EACH, WITH)]
        return [one.steps for one in (*self.paths, *entered) if isinstance(one, Path) and one.is_from_root]

    @property
    def member_names(self) -> list[str]:
        """The name of the member that the value comes from; none where it is put together of several."""
        names = {next((step for step in reversed(path.steps) if isinstance(step, str)), "") for path in self.paths}
        return sorted(names) if len(names) == 1 else []


class Field(msgspec.Struct, frozen=True):
    """`evidence`: what the field is about, whatever its content type says. `keys`: names of the keys it is part of."""

    name: str
    source: Source
    target_text: str | None
    target: Target | None
    content_type: str
    evidence: str | None
    keys: tuple[str, ...]

    @property
    def meaning(self) -> str | None:
        """What the field is about; a content type tells less than a target or a name (last name, middle name)."""
        return self.evidence or BY_CONTENT_TYPE.get(self.content_type)

    @property
    def own_keys(self) -> list[str]:
        """The keys that are compared by the content types of their fields; a predefined key has its own."""
        return [key for key in self.keys if key not in PREDEFINED_KEYS]

    @property
    def takes_text(self) -> bool:
        """Whether its target takes nothing but text; an attribute takes lists and objects as JSON."""
        return self.target is not None and self.target.kind == PLAIN and not self.target.is_attribute


class Key(msgspec.Struct, frozen=True):
    """One definition of a key."""

    name: str
    fields: tuple[Field, ...]
    identifiers: frozenset[str]

    @property
    def is_unique(self) -> bool:
        return "UNIQUE" in self.identifiers

    @property
    def is_profile(self) -> bool:
        return "PROFILE" in self.identifiers

    @property
    def is_secondary(self) -> bool:
        return "SECONDARY" in self.identifiers

    @property
    def is_lookup_only(self) -> bool:
        return "LOOKUP_ONLY" in self.identifiers

    @property
    def is_new_only(self) -> bool:
        return "NEW_ONLY" in self.identifiers

    @property
    def standard(self) -> frozenset[str]:
        """Its identifiers of standard objects."""
        return self.identifiers & STANDARD_IDENTIFIERS

    @property
    def meanings(self) -> list[str | None]:
        """What each part is about; a predefined key tells it where the field does not."""
        by_name = BY_CONTENT_TYPE.get(PREDEFINED_KEYS.get(self.name, ""))
        return [field.meaning or by_name for field in self.fields]


class View(msgspec.Struct, frozen=True):
    """`elsewhere`: names of the keys that other object types of the domain use, None where nobody knows."""

    document: ObjectTypeDocument
    fields: list[Field]
    keys: list[Key]
    elsewhere: frozenset[str] | None = None

    @property
    def creates(self) -> bool:
        return bool(self.document.allow_profile_creation)

    @property
    def profile_keys(self) -> list[Key]:
        return [key for key in self.keys if key.is_profile]


def view_of(document: ObjectTypeDocument, elsewhere: frozenset[str] | None = None) -> View:
    """The definition must be one that check_definition takes."""
    used = {name: _keys_with(document, name) for name in document.fields or {}}
    fields = {name: _field(name, field, used[name]) for name, field in (document.fields or {}).items()}
    keys = [
        Key(
            name,
            tuple(fields[field] for field in definition.field_names or ()),
            frozenset(definition.standard_identifiers or ()),
        )
        for name, definitions in (document.keys or {}).items()
        for definition in definitions
    ]
    return View(document, list(fields.values()), keys, elsewhere)


def _keys_with(document: ObjectTypeDocument, field: str) -> tuple[str, ...]:
    keys = (document.keys or {}).items()
    return tuple(name for name, listed in keys if any(field in (one.field_names or ()) for one in listed))


def _field(name: str, field: FieldDefinition, keys: tuple[str, ...]) -> Field:
    source = parse_source(field.source or "")
    return Field(
        name=name,
        source=source,
        target_text=field.target,
        target=parse_target(field.target) if field.target else None,
        content_type=field.content_type or "STRING",
        evidence=meaning_of(field.target, [*source.member_names, name]),
        keys=keys,
    )


def parse_source(text: str) -> Source:
    """Raises BadRequestException as compile_source does."""
    if "{{" in text:
        return Source(text, nodes=parse_template(text))
    accessor = text.strip()
    rest = accessor.removeprefix(ROOT)
    if accessor.startswith(ROOT) and rest[:1] in ("", ".", "["):
        return Source(text, steps=parse_steps(rest, text))
    return Source(text)


def rendered(nodes: Sequence[Node]) -> Iterator[Expression]:
    """The expressions whose values become text, at any depth of blocks."""
    for node in nodes:
        if isinstance(node, Block):
            yield from rendered(node.body)
            yield from rendered(node.inverse)
        elif not isinstance(node, Text):
            yield node


def blocks(nodes: Sequence[Node]) -> Iterator[Block]:
    """All blocks, at any depth."""
    for node in nodes:
        if isinstance(node, Block):
            yield node
            yield from blocks(node.body)
            yield from blocks(node.inverse)


def gives_list(steps: Sequence[Step]) -> bool:
    return any(isinstance(step, Each) for step in steps)
