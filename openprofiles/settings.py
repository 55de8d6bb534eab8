"""What an operator can set: each field of Settings and Limits is an environment variable.

`Settings.data` is OPENPROFILES_DATA, `Limits.body_bytes` is OPENPROFILES_LIMIT_BODY_BYTES, `Quotas.domains` is
OPENPROFILES_QUOTA_DOMAINS. An empty variable is an
absent one.
"""

import configparser
import os
import re
import secrets
import string
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, urlsplit

import msgspec

PREFIX = "OPENPROFILES_"
LIMIT_PREFIX = "OPENPROFILES_LIMIT_"
QUOTA_PREFIX = "OPENPROFILES_QUOTA_"
MIB = 1024 * 1024

Positive = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]


class SettingsError(Exception):
    """The server can not start as it is set up. The message is one line for the person who started it."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What holds before anybody has shown who they are. A legal object of escaped emoji is 3 MB on the wire."""

    header_bytes: Positive = 32 * 1024
    body_bytes: Positive = 4 * MIB
    batch_body_bytes: Positive = 16 * MIB
    send_seconds: Seconds = 30.0
    bytes_in_flight: Positive = 256 * MIB
    connections: Positive = 1_000
    waiting: Positive = 256


class Quotas(msgspec.Struct, frozen=True, kw_only=True):
    """How much there may be ("Amazon Connect service quotas"). Domains for each account and region; object types, event
    streams and calculated attributes for each domain; of a profile's objects the oldest go where there are more, or
    more bytes of them.
    `detected_attributes`: those of a sample object from which a mapping is detected.
    """

    domains: Positive = 100
    object_types: Positive = 100
    event_streams: Positive = 10
    calculated_attributes: Positive = 50
    objects_per_profile: Positive = 1_000
    object_bytes_per_profile: Positive = 51_200 * 1024
    detected_attributes: Positive = 120


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What calls go by on this server. `refuse_erased`: objects of customers who were erased do not come in again;
    `webhook_hosts`: where event streams may be sent; `default_calculated_attributes`: a domain that knows contact
    records has AWS's.
    """

    refuse_erased: bool = False
    webhook_hosts: tuple[str, ...] = ()
    default_calculated_attributes: bool = True


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How one server is set up. Without `store`, the store is an SQLite file in the data directory.

    Without `migrate`, a store whose schema is behind stops the start. More than one of `processes` needs a store that
    processes can share. `refuse_erased`: objects of customers who were erased do not come in again.
    `throttle`: whose rates hold. `cors_origin`: the origins, separated by commas, whose pages may call from a browser;
    `*` is any. `webhook_hosts`: to which hosts, separated by commas, event streams may be sent; `event_retention`:
    seconds after which a stream that can not be reached is stopped. `default_calculated_attributes`: as in Policy.
    `for_tests` turns on what no server with real data may do. `metrics`: whether there is `/-/metrics`.
    """

    listen: str = "127.0.0.1:8090"
    data: str = "./openprofiles-data"
    store: str | None = None
    migrate: bool = True
    processes: Annotated[int, msgspec.Meta(ge=1, le=256)] = 1
    access_key_id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_]{16,128}\Z")] | None = None
    secret_access_key: Annotated[str, msgspec.Meta(min_length=16)] | None = None
    account_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}\Z")] = "000000000000"
    refuse_erased: bool = False
    throttle: Literal["none", "aws"] = "none"
    cors_origin: str = ""
    webhook_hosts: str = ""
    default_calculated_attributes: bool = True
    event_retention: Seconds = 86_400.0
    for_tests: bool = False
    log_format: Literal["auto", "text", "json"] = "auto"
    metrics: Literal["on", "off"] = "on"
    limits: Limits = Limits()
    quotas: Quotas = Quotas()

    @property
    def cors_origins(self) -> tuple[str, ...]:
        return _listed(self.cors_origin)

    @property
    def policy(self) -> Policy:
        return Policy(
            refuse_erased=self.refuse_erased,
            webhook_hosts=_listed(self.webhook_hosts),
            default_calculated_attributes=self.default_calculated_attributes,
        )

    def __repr__(self) -> str:
        """Without the secret, so that it reaches no log."""
        store = None if self.store is None else without_secrets(self.store)
        return f"Settings(listen={self.listen!r}, data={self.data!r}, store={store!r})"


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


class Credentials(msgspec.Struct, frozen=True):
    """The root access key. `path` is the file that holds it, or None where the environment gave it."""

    access_key_id: str
    secret_access_key: str
    path: Path | None = None

    def __repr__(self) -> str:
        """Without the secret, so that it reaches no log."""
        return f"Credentials({self.access_key_id!r})"


def read_settings(environment: Mapping[str, str], **given: str | None) -> Settings:
    """The settings of an environment; what is `given` goes before it. Raises SettingsError."""
    values: dict[str, Any] = _of_environment(environment, Settings, PREFIX)
    values["limits"] = _of_environment(environment, Limits, LIMIT_PREFIX)
    values["quotas"] = _of_environment(environment, Quotas, QUOTA_PREFIX)
    values |= {name: value for name, value in given.items() if value}
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"A setting is wrong: {_in_our_words(error)}.") from None
    if (settings.access_key_id is None) != (settings.secret_access_key is None):
        raise SettingsError(f"Give both {PREFIX}ACCESS_KEY_ID and {PREFIX}SECRET_ACCESS_KEY, or neither.")
    if settings.store is not None:
        check_store(settings.store)
    for origin in settings.cors_origins:
        check_origin(origin)
    return settings


ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^/\s*]+")


def check_origin(origin: str) -> None:
    """Raises SettingsError for what no browser calls a page's origin."""
    if not ORIGIN.fullmatch(origin):
        raise SettingsError(f"{origin!r} is no origin: write scheme://host or scheme://host:port, or * for any.")


def _of_environment(environment: Mapping[str, str], struct: type[msgspec.Struct], prefix: str) -> dict[str, str]:
    names = (name for name in struct.__struct_fields__ if name not in ("limits", "quotas"))
    return {name: environment[prefix + name.upper()] for name in names if environment.get(prefix + name.upper())}


def region_of(environment: Mapping[str, str]) -> str:
    """The region that AWS's tools take from an environment."""
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1"


def _in_our_words(error: msgspec.ValidationError) -> str:
    """msgspec's text with the variable's name for its path. It shows no value that could be a secret."""
    reason, _, path = str(error).partition(" - at `$.")
    variable = PREFIX + path.rstrip("`").replace("limits.", "limit_").replace("quotas.", "quota_").upper()
    return f"{variable}: {reason}"


def address(settings: Settings) -> tuple[str, int]:
    """Host and port to listen on; port 0 lets the system choose. Raises SettingsError."""
    host, colon, port = settings.listen.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        raise SettingsError(f"Can not listen on {settings.listen!r}: write HOST:PORT, such as 127.0.0.1:8090.")
    return host.strip("[]") or "127.0.0.1", int(port)


def url_of(host: str, port: int) -> str:
    """The address for clients on this machine."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (read, not listened on)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def store_path(settings: Settings) -> Path:
    """The SQLite file. Raises SettingsError for a store that is none."""
    if settings.store is None:
        return Path(settings.data) / "openprofiles.sqlite3"
    scheme, _, path = settings.store.partition(":///")
    if scheme != "sqlite" or not path:
        raise SettingsError(WHAT_A_STORE_IS)
    return Path(path)


WHAT_A_STORE_IS = "The store must be sqlite:///PATH (with three slashes) or postgresql://USER@HOST/DATABASE."
STORE_SCHEMES = ("sqlite:///", "postgresql://", "postgres://")


def check_store(store: str) -> None:
    """Raises SettingsError where a password could be taken for something else; its text shows nothing of the URL."""
    if not store.startswith(STORE_SCHEMES):
        raise SettingsError(WHAT_A_STORE_IS)
    behind_host = re.split(r"[/?#]", store.partition("://")[2], maxsplit=1)[1:]
    if store.startswith("postgres") and any("@" in part for part in behind_host):
        raise SettingsError(
            "The store's URL has an @ behind its host: in a password, write / ? # and @ as %2F %3F %23 and %40."
        )


def postgres_url(settings: Settings) -> str | None:
    """The URL of a PostgreSQL store; None for another. It may hold a password."""
    is_one = settings.store is not None and settings.store.startswith(("postgresql://", "postgres://"))
    return settings.store if is_one else None


SECRETS = ("password", "sslpassword")


def without_secrets(store: str) -> str:
    """A store's URL as it may be shown."""
    try:
        parts = urlsplit(store)
        parts.port  # noqa: B018 - raises where a part is not what it seems to be
    except ValueError:
        return f"{store.partition(':')[0]}:…"
    user = f"{parts.username}@" if parts.username else ""
    return f"{parts.scheme}://{user}{parts.netloc.rpartition('@')[2]}{parts.path}"


def has_password(store: str) -> bool:
    """Whether a store's URL holds a secret, which must not be given where everybody on the machine can see it."""
    try:
        parts = urlsplit(store)
    except ValueError:
        return False
    return bool(parts.password) or any(name in parse_qs(parts.query) for name in SECRETS)


def refuse_password(store: str) -> None:
    """Raises SettingsError for a URL with a password."""
    if has_password(store):
        raise SettingsError(
            "A password in --store shows in the list of processes. Give the URL without it, and the password in "
            f"PGPASSWORD or in a passfile; or the whole URL in {PREFIX}STORE."
        )


def make_data_directory(settings: Settings) -> None:
    """Raises SettingsError where it can not be made or written."""
    data = Path(settings.data)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"Can not make the data directory {data}: {error.strerror}.") from None
    if not os.access(data, os.W_OK | os.X_OK):
        raise SettingsError(f"Can not write to the data directory {data}.")


def root_credentials(settings: Settings) -> Credentials:
    """The root access key: from the environment, else from the data directory, which must exist; made on first use.

    Raises SettingsError.
    """
    path = credentials_path(settings)
    if settings.secret_access_key is not None or path.exists():
        return existing_credentials(settings)
    try:
        return _write_credentials(path, *new_key_pair())
    except OSError as error:
        raise SettingsError(f"Can not write the credentials file {path}: {error.strerror}.") from None


def credentials_path(settings: Settings) -> Path:
    return Path(settings.data) / "credentials"


def existing_credentials(settings: Settings) -> Credentials:
    """The root access key, unless there is none yet. Raises SettingsError."""
    if settings.access_key_id is not None and settings.secret_access_key is not None:
        return Credentials(settings.access_key_id, settings.secret_access_key)
    path = credentials_path(settings)
    try:
        return _read_credentials(path)
    except FileNotFoundError:
        raise SettingsError(f"There is no {path} yet; `openprofiles serve` makes it.") from None
    except OSError as error:
        raise SettingsError(f"Can not read the credentials file {path}: {error.strerror}.") from None


UPPER = string.ascii_uppercase + "234567"
MIXED = string.ascii_letters + string.digits + "+/"


def new_key_pair() -> tuple[str, str]:
    """A random access key id and secret, in the form of AWS's."""
    key_id = "AKIA" + "".join(secrets.choice(UPPER) for _ in range(16))
    return key_id, "".join(secrets.choice(MIXED) for _ in range(40))


def _write_credentials(path: Path, key_id: str, secret: str) -> Credentials:
    """A shared-credentials file as AWS's tools read it (AWS_SHARED_CREDENTIALS_FILE). It gets its name when it is
    whole, and never replaces one: of two that start at the same moment, the later one uses the first one's.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(f"[default]\naws_access_key_id = {key_id}\naws_secret_access_key = {secret}\n")
        os.link(name, path)
    except FileExistsError:
        return _read_credentials(path)
    finally:
        os.unlink(name)
    return Credentials(key_id, secret, path)


def _read_credentials(path: Path) -> Credentials:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text())
        section = parser["default"]
        return Credentials(section["aws_access_key_id"], section["aws_secret_access_key"], path)
    except (configparser.Error, KeyError, UnicodeDecodeError):
        raise SettingsError(f"The credentials file {path} holds no access key; remove it to get a new one.") from None
