"""The members of a request as arguments and options of a command.

Members of the path are arguments. All else are options: texts, numbers and yes or no as they are, a list of them by
repeating the option, and what has a structure as JSON. JSON and long texts can come from a file or standard input.
"""

import sys
from collections.abc import Mapping
from inspect import Parameter
from pathlib import Path
from typing import Any

import msgspec
import typer
from msgspec import inspect as types

from openprofiles.descriptions import Description, Member
from openprofiles.settings import SettingsError

LONG_TEXT = 1024
"""A text of the body that may be longer is a document rather than a name, a reason or a token."""

FROM_ELSEWHERE = "@FILE, or - for standard input."

SCALARS: dict[type[types.Type], type] = {
    types.StrType: str,
    types.LiteralType: str,
    types.BoolType: bool,
    types.IntType: int,
    types.FloatType: float,
}


def member_parameters(one: Description) -> list[Parameter]:
    """The parameters of an operation's command, each with the name of the member's attribute."""
    return [_argument(member) if member.place == "path" else _option(member) for member in one.members]


def members_given(one: Description, given: Mapping[str, Any]) -> dict[str, Any]:
    """Wire name → value, of the members that were given. Raises SettingsError."""
    values = {member.name: _value(member, given[member.field.name]) for member in one.members}
    return {name: value for name, value in values.items() if value is not None}


def option_of(member: Member) -> str:
    """`MaxResults` → `--max-results`."""
    return f"--{member.field.name.replace('_', '-')}"


def metavar_of(member: Member) -> str:
    """What stands for an argument: `DomainName` → `DOMAIN`."""
    return member.field.name.upper().removesuffix("_NAME")


def _argument(member: Member) -> Parameter:
    default = typer.Argument(metavar=metavar_of(member), show_default=False)
    return Parameter(member.field.name, Parameter.POSITIONAL_OR_KEYWORD, annotation=str, default=default)


def _option(member: Member) -> Parameter:
    kind, name = _bare(member.field.type), option_of(member)
    annotation = _annotation(member)
    names = f"{name}/--no-{name.removeprefix('--')}" if annotation is bool else name
    default = typer.Option(
        ... if member.field.required else None, names, help=_help(member), metavar=_metavar(kind), show_default=False
    )
    kept = annotation if member.field.required else annotation | None
    return Parameter(member.field.name, Parameter.KEYWORD_ONLY, annotation=kept, default=default)


def _annotation(member: Member) -> Any:
    kind = _bare(member.field.type)
    if member.kind == "timestamp" or _is_json(kind):
        return str
    if isinstance(kind, types.ListType):
        return list[SCALARS[type(_bare(kind.item_type))]]  # type: ignore[misc]
    return SCALARS[type(kind)]


def _help(member: Member) -> str:
    kind = _bare(member.field.type)
    if member.kind == "timestamp":
        return "ISO 8601; UTC without an offset."
    if _is_json(kind):
        return f"JSON, {FROM_ELSEWHERE}"
    if _is_document(member):
        return f"Text, {FROM_ELSEWHERE}"
    return "Can be given more than once." if isinstance(kind, types.ListType) else ""


def _metavar(kind: types.Type) -> str | None:
    return "|".join(map(str, kind.values)) if isinstance(kind, types.LiteralType) else None


# --- kinds of members


def _bare(kind: types.Type) -> types.Type:
    """The type without None and without metadata."""
    if isinstance(kind, types.Metadata):
        return _bare(kind.type)
    if isinstance(kind, types.UnionType):
        others = [one for one in kind.types if not isinstance(one, types.NoneType)]
        return _bare(others[0]) if len(others) == 1 else kind
    return kind


def _is_json(kind: types.Type) -> bool:
    """Whether a value of the type has a structure, or any."""
    item = _bare(kind.item_type) if isinstance(kind, types.ListType) else kind
    return type(item) not in SCALARS


def _is_document(member: Member) -> bool:
    kind = _bare(member.field.type)
    if member.place != "body" or not isinstance(kind, types.StrType):
        return False
    return kind.pattern is None and (kind.max_length or sys.maxsize) > LONG_TEXT


# --- values


def _value(member: Member, given: Any) -> Any:
    kind = _bare(member.field.type)
    if given is None or member.kind == "timestamp":
        return given
    if _is_json(kind):
        return _json(option_of(member), _content(given))
    return _content(given) if _is_document(member) else given


def _content(given: str) -> str:
    """The text itself, or the file's that it names, or standard input's. Raises SettingsError."""
    if given != "-" and not given.startswith("@"):
        return given
    name = given[1:] if given.startswith("@") else "standard input"
    try:
        return sys.stdin.buffer.read().decode() if given == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"Can not read {name}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"Can not read {name}: it is not UTF-8.") from None


def _json(option: str, text: str) -> msgspec.Raw:
    """The JSON as it is given. Raises SettingsError."""
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise SettingsError(f"{option} is not JSON: {error}.") from None
    return msgspec.Raw(text.encode())
