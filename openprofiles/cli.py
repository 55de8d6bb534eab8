"""The command line: parse, then call one function."""

import os
import shlex
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import openprofiles
from openprofiles import app as parts
from openprofiles import key_commands
from openprofiles.api import FUNCTIONS
from openprofiles.backup import back_up_store
from openprofiles.call import Principal
from openprofiles.checking.command import check_whole_store
from openprofiles.client import CallError
from openprofiles.connectors.files import Target
from openprofiles.copying import copy_store, store_given
from openprofiles.errors import ApiError
from openprofiles.extension_commands import COMMON, add_pages_to, add_to, endpoint_of
from openprofiles.importing import Owner, import_file
from openprofiles.linting import has_warning, line_of, lint_file
from openprofiles.loading import LoadJob, load_file
from openprofiles.matching.probabilistic.packages import PackagesMissing, require_packages
from openprofiles.operations import OPERATIONS
from openprofiles.settings import (
    Credentials,
    Settings,
    SettingsError,
    address,
    existing_credentials,
    read_settings,
    refuse_password,
    region_of,
    url_of,
)
from openprofiles.tailing.command import tail as tail_events

commands = typer.Typer(
    help="A self-hosted server that speaks the Amazon Connect Customer Profiles API.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="Access keys besides the root key.", no_args_is_help=True)
commands.add_typer(keys, name="keys")
events = typer.Typer(help="What happens in a domain.", no_args_is_help=True)
commands.add_typer(events, name="events")
add_to(commands)
add_pages_to(commands)

Listen = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT", envvar="OPENPROFILES_LISTEN", help="Where to listen.", show_default="127.0.0.1:8090"
    ),
]
Data = Annotated[
    str | None,
    typer.Option(
        metavar="DIR",
        envvar="OPENPROFILES_DATA",
        help="Where the store and the credentials lie.",
        show_default="./openprofiles-data",
    ),
]


def checked_store(context: typer.Context, parameter: typer.CallbackParam, store: str | None) -> str | None:
    """An environment is its owner's alone; a command line is everybody's."""
    source = context.get_parameter_source(str(parameter.name))
    if store and source is not None and source.name == "COMMANDLINE":
        refuse_password(store)
    return store


Store = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="OPENPROFILES_STORE",
        callback=checked_store,
        help="The store: sqlite:///PATH or postgresql://USER@HOST/DATABASE.",
        show_default="openprofiles.sqlite3 in the data directory",
    ),
]


RefuseErased = Annotated[
    bool,
    typer.Option(
        "--refuse-erased", envvar="OPENPROFILES_REFUSE_ERASED", help="Take in nothing of customers who were erased."
    ),
]


def settings_of(listen: str | None = None, data: str | None = None, store: str | None = None) -> Settings:
    return read_settings(os.environ, listen=listen, data=data, store=store)


@commands.command()
def serve(
    listen: Listen = None,
    data: Data = None,
    store: Store = None,
    no_migrate: Annotated[
        bool,
        typer.Option(
            "--no-migrate",
            help="Leave the store's schema as it is (OPENPROFILES_MIGRATE=false); one that is behind stops the start.",
        ),
    ] = False,
    processes: Annotated[
        int | None,
        typer.Option(
            envvar="OPENPROFILES_PROCESSES",
            help="Server processes that share the address, with a store on PostgreSQL.",
            show_default="1",
        ),
    ] = None,
    refuse_erased: RefuseErased = False,
    throttle: Annotated[
        str | None,
        typer.Option(metavar="none|aws", envvar="OPENPROFILES_THROTTLE", help="Whose rates hold.", show_default="none"),
    ] = None,
    cors_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="Let pages of this origin call from a browser; * for any."),
    ] = None,
    for_tests: Annotated[
        bool,
        typer.Option(
            "--for-tests", envvar="OPENPROFILES_FOR_TESTS", help="Let callers reset the server and set its clock."
        ),
    ] = False,
) -> None:
    """Start the server."""
    given = {
        "migrate": "false" if no_migrate else None,
        "processes": None if processes is None else str(processes),
        "refuse_erased": "true" if refuse_erased else None,
        "throttle": throttle,
        "cors_origin": ",".join(cors_origin or ()),
        "for_tests": "true" if for_tests else None,
    }
    settings = read_settings(os.environ, listen=listen, data=data, store=store, **given)
    parts.serve(settings, sys.stderr.buffer, greet)


@commands.command()
def migrate(data: Data = None, store: Store = None) -> None:
    """Bring the store's schema up to date. `serve` does so by itself unless it is told not to."""
    applied = parts.migrate_store(settings_of(None, data, store))
    numbers = ", ".join(map(str, applied))
    typer.echo(f"Applied: {numbers}." if applied else "The store is up to date.")


def greet(app: parts.App, url: str) -> None:
    typer.echo(greeting(app.credentials, url, app.settings.for_tests))
    sys.stdout.flush()


FOR_TESTS = "\nFor tests: callers may delete all data and set the clock."


def greeting(credentials: Credentials, url: str, for_tests: bool = False) -> str:
    """What a person needs to make a first call. It never shows a secret."""
    warning = FOR_TESTS if for_tests else ""
    source = credentials.path.absolute() if credentials.path else "OPENPROFILES_ACCESS_KEY_ID and …_SECRET_ACCESS_KEY"
    return f"""\
openprofiles {openprofiles.__version__} listens on {url}
Credentials: {source}{warning}

Python:
    import boto3, os
{boto3_credentials(credentials)}
    client = boto3.client("customer-profiles", endpoint_url="{url}", region_name="us-east-1")
    print(client.list_domains()["Items"])

AWS CLI:
{cli_credentials(credentials)}
    aws customer-profiles list-domains --endpoint-url {url} --region us-east-1
"""


def boto3_credentials(credentials: Credentials) -> str:
    if credentials.path:
        return f'    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = "{credentials.path.absolute()}"'
    return "\n".join(f'    os.environ["AWS_{name}"] = os.environ["OPENPROFILES_{name}"]' for name in KEY_VARIABLES)


def cli_credentials(credentials: Credentials) -> str:
    if credentials.path:
        return f"    export AWS_SHARED_CREDENTIALS_FILE={shlex.quote(str(credentials.path.absolute()))}"
    return "\n".join(f'    export AWS_{name}="$OPENPROFILES_{name}"' for name in KEY_VARIABLES)


SOME_REFUSED = 3
"""The exit status of a load of which lines were refused."""

KEY_VARIABLES = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")


@commands.command()
def env(listen: Listen = None, data: Data = None) -> None:
    """Print what a shell needs to call the server: eval "$(openprofiles env)"."""
    settings = settings_of(listen, data)
    credentials = existing_credentials(settings)
    typer.echo(f"export AWS_ACCESS_KEY_ID={shlex.quote(credentials.access_key_id)}")
    typer.echo(f"export AWS_SECRET_ACCESS_KEY={shlex.quote(credentials.secret_access_key)}")
    typer.echo("unset AWS_SESSION_TOKEN")
    region = shlex.quote(region_of(os.environ))
    typer.echo(f"export AWS_REGION={region} AWS_DEFAULT_REGION={region}")
    typer.echo(f"export AWS_ENDPOINT_URL_CUSTOMER_PROFILES={shlex.quote(url_of(*address(settings)))}")


@commands.command()
def operations() -> None:
    """List the operations of the API, and which of them work."""
    width = max(len(name) for name in OPERATIONS)
    for name, operation in sorted(OPERATIONS.items()):
        typer.echo(f"{'✓' if name in FUNCTIONS else '·'} {name:<{width}}  {operation.method:<6} {operation.path}")
    working = len(FUNCTIONS.keys() & OPERATIONS.keys())
    typer.echo(f"{working} of {len(OPERATIONS)} operations work (✓).")


@commands.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"openprofiles {openprofiles.__version__}")


@commands.command()
def demo(
    data: Data = None,
    objects: Annotated[int | None, typer.Option(help="About how many objects to send.", show_default="6000")] = None,
    seed: Annotated[int, typer.Option(help="Another seed makes other people.")] = 7,
    endpoint: Annotated[
        str | None, typer.Option(metavar="URL", help="A server that runs already, with the environment's credentials.")
    ] = None,
) -> None:
    """Send objects of several systems, and find one profile for each customer again."""
    from openprofiles.demo.run import main as run_demo  # noqa: PLC0415 - boto3 takes a quarter of a second to load

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the demo's server must not outlive it
    sys.exit(run_demo(Path(settings_of(None, data).data), objects, seed, endpoint))


@commands.command()
def load(
    file: Annotated[str, typer.Argument(metavar="FILE", help="NDJSON, or CSV with a header; - for standard input.")],
    domain: Annotated[str, typer.Option(help="The domain, which must exist.")],
    object_type: Annotated[str, typer.Option("--type", help="The object type, which must exist.")],
    csv: Annotated[bool, typer.Option("--csv", help="The file is CSV whatever its name.")] = False,
    from_line: Annotated[int, typer.Option(help="Go on from this line of the file.")] = 1,
    rejects: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Where refused lines go.", show_default="FILE.rejects.ndjson"),
    ] = None,
    refuse_erased: RefuseErased = False,
    account: Annotated[str | None, typer.Option(metavar="ID", help="The domain's account.")] = None,
    region: Annotated[
        str | None,
        typer.Option(help="The domain's region.", show_default="AWS_REGION, AWS_DEFAULT_REGION, us-east-1"),
    ] = None,
    data: Data = None,
    store: Store = None,
) -> None:
    """Load a file straight into the store. An object that was loaded before is replaced, so a file can be loaded
    again. The exit status is 3 where lines were refused.
    """
    settings = read_settings(os.environ, data=data, store=store, account_id=account)
    principal = Principal("openprofiles-load", settings.account_id)
    target = Target(principal, region or region_of(os.environ), domain, object_type, settings.quotas, refuse_erased)
    job = LoadJob(file, csv or file.lower().endswith(".csv"), from_line, rejects)
    try:
        progress = load_file(settings, target, job)
    except (OSError, ApiError) as error:
        raise SettingsError(str(error)) from None
    typer.echo(f"{progress.stored} objects loaded, {progress.rejected} rejected.")
    if progress.rejected:
        typer.echo(f"Rejected lines and reasons: {job.rejects_path}")
        sys.exit(SOME_REFUSED)


@commands.command("import")
def import_domain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The export of a domain; - for standard input.")],
    account: Annotated[
        str | None, typer.Option(metavar="ID", help="The domain's account.", show_default="the one that it had")
    ] = None,
    region: Annotated[str | None, typer.Option(help="The domain's region.", show_default="the one that it had")] = None,
    refuse_erased: RefuseErased = False,
    data: Data = None,
    store: Store = None,
) -> None:
    """Make a domain again from its export, with all that it had. Nobody sees it before it is whole."""
    imported = import_file(settings_of(None, data, store), file, Owner(account, region, refuse_erased))
    typer.echo(f"Domain {imported.name} is there.")
    if imported.left_out:
        typer.echo(f"{imported.left_out} profiles and dead letters of erased customers were left out.")


@commands.command()
def lint(
    mapping: Annotated[
        Path, typer.Argument(metavar="FILE", help="The members of a PutProfileObjectType request, as JSON.")
    ],
    sample: Annotated[
        Path | None, typer.Option("--object", metavar="FILE", help="An object of the type, as JSON.")
    ] = None,
) -> None:
    """Tell what hurts in a mapping, and in an object under it. The exit status is 1 where a warning is among it."""
    findings = lint_file(mapping, sample)
    for finding in findings:
        typer.echo(line_of(finding))
    typer.echo(f"{len(findings)} finding{'' if len(findings) == 1 else 's'}.")
    sys.exit(1 if has_warning(findings) else 0)


@commands.command()
def check(
    domain: Annotated[str | None, typer.Option(help="Only the domains of this name.")] = None,
    data: Data = None,
    store: Store = None,
) -> None:
    """Look whether everything in the store is as it has to be. It changes nothing, and may run beside servers."""
    summary = check_whole_store(settings_of(None, data, store), domain, typer.echo)
    typer.echo(summary)
    sys.exit(1 if summary.kinds else 0)


@commands.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A store: sqlite:///PATH or postgresql://…")],
    target: Annotated[str, typer.Argument(metavar="TO", help="A store with nothing in it, or a file to make.")],
) -> None:
    """Copy a whole store to an empty one, from SQLite to PostgreSQL or back. FROM stays as it is; what is written to
    it meanwhile is not copied, so stop its servers first.
    """
    copied = copy_store(store_given(source), store_given(target))
    typer.echo(f"{copied} rows copied, and counted again in both stores.")


@commands.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to make.")],
    data: Data = None,
    store: Store = None,
) -> None:
    """Copy an SQLite store to a new file, whole and as it is at one moment, while it is served."""
    back_up_store(settings_of(None, data, store), file)
    typer.echo(f"{file} holds the store.")


ENDPOINT_URL, REGION, CREDENTIALS = (part.default for part in COMMON)
"""The options of whatever calls a server."""


@events.command()
def tail(
    domain: Annotated[str, typer.Option("--domain", "-d", help="The domain, which must exist.")],
    count: Annotated[
        int | None, typer.Option(min=1, help="End after so many events.", show_default="until Ctrl-C")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Records as lines of JSON, as always where the output is no terminal.")
    ] = False,
    endpoint_url: str | None = ENDPOINT_URL,
    region: str | None = REGION,
    data: str | None = CREDENTIALS,
) -> None:
    """Follow the events of a domain: every change of a profile from now on, one line each. It reads an event stream of
    its own, which goes when it ends.
    """
    endpoint = endpoint_of(endpoint_url, region, data)
    try:
        tail_events(endpoint, domain, count, as_json or not sys.stdout.isatty(), tell_person)
    except (CallError, OSError) as error:
        raise SettingsError(str(error)) from None


def tell_person(what: str) -> None:
    """On standard error, so that the output is events alone."""
    typer.echo(f"openprofiles: {what}", err=True)


@commands.command()
def dedupe(
    file: Annotated[Path, typer.Argument(help="A CSV (.csv), NDJSON (.ndjson, .jsonl) or Parquet (.parquet) file.")],
    out: Annotated[
        Path | None, typer.Option(help="Write Row, GroupId and ConfidenceScore of each row: .csv, .ndjson or .parquet.")
    ] = None,
    explain: Annotated[
        tuple[int, int] | None, typer.Option(metavar="ROW ROW", help="Tell why two rows are one customer or not.")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="Which field of a profile a column of another name is."),
    ] = None,
    memory: Annotated[str, typer.Option(help="How much memory it may use before it writes to the disk.")] = "2GB",
    threads: Annotated[int, typer.Option(min=1, help="How many cores it may use.")] = 2,
) -> None:
    """Find the rows of a file that are the same customer. Rows are numbered from 0; no server is needed."""
    require_packages()
    from openprofiles.dedupe.command import DedupeJob, names_of  # noqa: PLC0415 - its packages are an extra
    from openprofiles.dedupe.command import dedupe as run  # noqa: PLC0415 - as above

    job = DedupeJob(file=file, out=out, explain=explain, names=names_of(columns or ()), memory=memory, threads=threads)
    run(job, typer.echo)


@keys.command("create")
def create_key(
    account: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The key's account.", show_default="the root key's account"),
    ] = None,
    domains: Annotated[
        str, typer.Option(metavar="PATTERN", help="The domains that it may touch; * and ? as in a shell.")
    ] = "*",
    data: Data = None,
    store: Store = None,
) -> None:
    """Make an access key and print it. The secret is shown this once."""
    settings = read_settings(os.environ, data=data, store=store, account_id=account)
    key = key_commands.create_key(settings, settings.account_id, domains)
    typer.echo(f"AccessKeyId      {key.access_key_id}\nSecretAccessKey  {key.secret_access_key}")
    typer.echo(f"Account          {key.account}\nDomains          {key.domain_pattern}")


@keys.command("list")
def list_keys(data: Data = None, store: Store = None) -> None:
    """List the access keys, without their secrets."""
    for key in key_commands.list_keys(settings_of(None, data, store)):
        typer.echo(
            f"{key.access_key_id}  {key.account}  {key.domain_pattern}  {state_of(key.created_at, key.revoked_at)}"
        )


def state_of(created_at: int, revoked_at: int | None) -> str:
    if revoked_at is not None:
        return f"revoked {date_of(revoked_at)}"
    return f"created {date_of(created_at)}"


def date_of(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")


@keys.command("revoke")
def revoke_key(access_key_id: str, data: Data = None, store: Store = None) -> None:
    """Revoke an access key; a running server refuses it within a second."""
    settings = settings_of(None, data, store)
    if not key_commands.revoke_key(settings, access_key_id):
        raise SettingsError(f"There is no usable access key {access_key_id}.")
    typer.echo(f"{access_key_id} is revoked.")


def main() -> None:
    """The console script: what can not be done is one line and exit status 1."""
    try:
        commands()
    except (SettingsError, PackagesMissing) as error:
        typer.echo(f"openprofiles: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
