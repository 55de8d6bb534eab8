"""A command for each extension, made from their table: `openprofiles NOUN VERB`, a client of the HTTP API."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from inspect import Parameter, Signature
from typing import Any

import msgspec
import typer

from openprofiles.client import CallError, Endpoint, call, page, stream
from openprofiles.descriptions import NEXT_TOKEN, Description, descriptions
from openprofiles.extension_options import member_parameters, members_given
from openprofiles.settings import (
    Credentials,
    Settings,
    SettingsError,
    address,
    existing_credentials,
    read_settings,
    region_of,
    url_of,
)

ALL = Parameter(
    "all",
    Parameter.KEYWORD_ONLY,
    annotation=bool,
    default=typer.Option(False, "--all", help="All pages, from that of the token on, as one."),
)

COMMON = (
    Parameter(
        "endpoint_url",
        Parameter.KEYWORD_ONLY,
        annotation=str | None,
        default=typer.Option(
            None,
            metavar="URL",
            envvar="OPENPROFILES_ENDPOINT_URL",
            help="The server.",
            show_default="http://127.0.0.1:8090",
        ),
    ),
    Parameter(
        "region",
        Parameter.KEYWORD_ONLY,
        annotation=str | None,
        default=typer.Option(
            None, help="The domain's region.", show_default="AWS_REGION, AWS_DEFAULT_REGION, us-east-1"
        ),
    ),
    Parameter(
        "data",
        Parameter.KEYWORD_ONLY,
        annotation=str | None,
        default=typer.Option(
            None,
            metavar="DIR",
            envvar="OPENPROFILES_DATA",
            help="Where the credentials lie, if not in OPENPROFILES_ACCESS_KEY_ID and …_SECRET_ACCESS_KEY.",
            show_default="./openprofiles-data",
        ),
    ),
)
"""What every command has."""


def add_to(commands: typer.Typer, described: Iterable[Description] | None = None) -> None:
    """Add a command for each operation, by default for each extension; those of a noun are a group."""
    groups = {"": commands}
    for one in descriptions() if described is None else described:
        if one.noun not in groups:
            words = one.noun.replace("-", " ").capitalize()
            groups[one.noun] = typer.Typer(help=f"{words}, by calls of a server.", no_args_is_help=True)
            commands.add_typer(groups[one.noun], name=one.noun)
        groups[one.noun].command(one.verb, help=f"{one.summary}. {one.text}".rstrip())(command_of(one))


UNSIGNED = {
    "health": ("/-/health", "Tell whether a server is alive. The exit status is 1 where it is not."),
    "ready": ("/-/ready", "Tell whether a server can serve. The exit status is 1 where it can not."),
    "openapi": ("/-/openapi.json", "Print the OpenAPI document of what lies below /-/ of a server."),
}
"""Commands for the pages that need no signature: path, and what the command says of itself."""


def add_pages_to(commands: typer.Typer) -> None:
    for name, (path, text) in UNSIGNED.items():
        commands.command(name, help=text)(_page_command(path))


def _page_command(path: str) -> Callable[..., None]:
    def run(**given: Any) -> None:
        try:
            status, answer = page(url_given(given["endpoint_url"], read_settings(os.environ)), path)
        except CallError as error:
            raise SettingsError(str(error)) from None
        _print_json(answer)
        sys.exit(0 if status == HTTPStatus.OK else 1)

    run.__signature__ = Signature(COMMON[:1])  # type: ignore[attr-defined]
    return run


def command_of(one: Description) -> Callable[..., None]:
    """The function of a command, with the parameters that Typer makes arguments and options of."""

    def run(**given: Any) -> None:
        try:
            _run(one, given)
        except CallError as error:
            raise SettingsError(str(error)) from None

    parameters = [*member_parameters(one), *([ALL] if one.pages else []), *COMMON]
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return run


def _run(one: Description, given: dict[str, Any]) -> None:
    endpoint = endpoint_of(**{part.name: given[part.name] for part in COMMON})
    members = members_given(one, given)
    if one.operation.streams:
        _print_stream(endpoint, one, members)
    elif given.get("all"):
        _print_pages(_pages(endpoint, one, members))
    else:
        _print_json(call(endpoint, one.operation, members))


def endpoint_of(endpoint_url: str | None, region: str | None, data: str | None) -> Endpoint:
    """The server to call: the one given, else the one that AWS's tools would call (`openprofiles env`), else the one
    that is served with this environment. Raises SettingsError.
    """
    settings, aws_url = read_settings(os.environ, data=data), os.environ.get(AWS_ENDPOINT)
    credentials = _aws_credentials() if aws_url and data is None and settings.access_key_id is None else None
    return Endpoint(
        url_given(endpoint_url, settings),
        region or region_of(os.environ),
        credentials or existing_credentials(settings),
    )


def url_given(endpoint_url: str | None, settings: Settings) -> str:
    return (endpoint_url or os.environ.get(AWS_ENDPOINT) or url_of(*address(settings))).rstrip("/")


AWS_ENDPOINT = "AWS_ENDPOINT_URL_CUSTOMER_PROFILES"


def _aws_credentials() -> Credentials | None:
    key_id, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    return Credentials(key_id, secret) if key_id and secret else None


# --- answers, on standard output


def _print_json(answer: bytes) -> None:
    typer.echo(msgspec.json.format(answer, indent=2))


def _print_stream(endpoint: Endpoint, one: Description, members: dict[str, Any]) -> None:
    for piece in stream(endpoint, one.operation, members):
        sys.stdout.buffer.write(piece)


def _pages(endpoint: Endpoint, one: Description, members: dict[str, Any]) -> Iterator[dict[str, msgspec.Raw]]:
    token: str | None = members.get(NEXT_TOKEN)
    while True:
        sent = members if token is None else members | {NEXT_TOKEN: token}
        page = msgspec.json.decode(call(endpoint, one.operation, sent), type=dict[str, msgspec.Raw])
        yield page
        if NEXT_TOKEN not in page:
            return
        token = msgspec.json.decode(page[NEXT_TOKEN], type=str)


def _print_pages(pages: Iterator[dict[str, msgspec.Raw]]) -> None:
    """All pages as one; where a call fails, those before it, with the token that leads on."""
    whole: dict[str, Any] = {}
    try:
        for page in pages:
            _append(whole, page)
    finally:
        if whole:
            _print_json(msgspec.json.encode(whole))


def _append(whole: dict[str, Any], page: dict[str, msgspec.Raw]) -> None:
    """Lists grow, and all else is the last page's."""
    whole.pop(NEXT_TOKEN, None)
    for name, value in page.items():
        if bytes(value).startswith(b"["):
            whole.setdefault(name, []).extend(msgspec.json.decode(value, type=list[msgspec.Raw]))
        else:
            whole[name] = value
