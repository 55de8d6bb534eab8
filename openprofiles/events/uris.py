"""Which URIs may be the destination of events, and what they name. Whoever may create a stream must not get the server
to reach a host, a stream or a file that its operator did not mean to be reached.
"""

import ipaddress
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

import msgspec

from openprofiles.errors import BadRequestException

STREAM_ARN = re.compile(r"arn:aws[a-z-]*:kinesis:([a-z0-9-]+):([0-9]{12}):stream/([a-zA-Z0-9_.-]{1,128})")

URL = re.compile(r"(https?)://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?((?:[/?][!-\"$-~]*)?)")
"""Strict, and the only reading of a URL: two that differ would let somebody past the list of hosts."""

FILE_URI = re.compile(r"file:(?=.{1,101}\Z)([A-Za-z0-9][A-Za-z0-9._-]*\.ndjson)")

ALLOWED_HOST = re.compile(r"(?:(https?)://)?(\[[^\]]*\]|[^:/]+)(?::([0-9]+|\*))?")

DEFAULT_PORTS = {"https": 443, "http": 80}


class Stream(msgspec.Struct, frozen=True):
    """A Kinesis data stream, as its ARN names it."""

    arn: str
    region: str
    account: str
    name: str


class Address(msgspec.Struct, frozen=True):
    """Where a webhook is. An IPv6 `host` is in brackets; `path` includes the query, which may hold a secret."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def shown(self) -> str:
        """Without the path."""
        return f"{self.scheme}://{self.host}:{self.port}"


class File(msgspec.Struct, frozen=True):
    """A file in a directory that its URI does not choose."""

    name: str


def check_uri(uri: str, region: str, account: str, webhook_hosts: Sequence[str]) -> None:
    """Raises BadRequestException for what may not be the destination of a domain of this region and account.
    `webhook_hosts`: the entries of OPENPROFILES_WEBHOOK_HOSTS.
    """
    place_of(uri, region, account, webhook_hosts)


READ_BY_CLIENTS = "pull:"
"""The URI of a stream that nobody is sent: clients ask for its events."""


def kind_of(uri: str) -> str:
    """What metrics call a destination that is one."""
    if is_of_aws(uri):
        return "kinesis"
    return "file" if uri.startswith("file:") else "webhook"


def is_of_aws(uri: str) -> bool:
    """Whether AWS has such destinations too."""
    return uri.startswith("arn:")


def place_of(uri: str, region: str, account: str, webhook_hosts: Sequence[str]) -> Stream | Address | File:
    """What a URI names. Raises BadRequestException as `check_uri` does."""
    if is_of_aws(uri):
        return _stream_of(uri, region, account)
    if uri.startswith(("https://", "http://")):
        return _allowed_address_of(uri, webhook_hosts)
    if uri.startswith("file:"):
        return _file_of(uri)
    raise BadRequestException(
        "The Uri must be the ARN of a Kinesis data stream, https://HOST/PATH of a webhook, file:NAME.ndjson, or"
        f" {READ_BY_CLIENTS} for clients that ask."
    )


def _stream_of(arn: str, region: str, account: str) -> Stream:
    match = STREAM_ARN.fullmatch(arn)
    if match is None:
        raise BadRequestException("The Uri is not the ARN of a Kinesis data stream.")
    stream = Stream(arn, *match.groups())
    if (stream.region, stream.account) != (region, account):
        raise BadRequestException(
            f"Stream {stream.name} is in region {stream.region} and account {stream.account}, "
            f"but its domain is in region {region} and account {account}."
        )
    return stream


def _file_of(uri: str) -> File:
    match = FILE_URI.fullmatch(uri)
    if match is None:
        raise BadRequestException(
            "A file's Uri must be file:NAME.ndjson, where the name has at most 101 letters, digits, dots, "
            "hyphens and underscores, and starts with a letter or digit."
        )
    return File(match[1])


def _allowed_address_of(url: str, webhook_hosts: Sequence[str]) -> Address:
    """Names are not looked up: who allows a name trusts whoever answers for it."""
    if not webhook_hosts:
        raise BadRequestException("Webhooks are off: OPENPROFILES_WEBHOOK_HOSTS allows no host.")
    address = _address_of(url)
    if not any(_allows(entry, address) for entry in webhook_hosts):
        raise BadRequestException(
            f"OPENPROFILES_WEBHOOK_HOSTS does not allow {address.shown}. An entry without a port allows that of the "
            "scheme alone, and http:// only where it says so or the host is this machine."
        )
    return address


def _address_of(url: str) -> Address:
    match = URL.fullmatch(url)
    port = 0 if match is None else int(match[3] or DEFAULT_PORTS[match[1]])
    if match is None or not 0 < port < 65_536:
        raise BadRequestException(
            "A webhook's Uri must be https://HOST/PATH or https://HOST:PORT/PATH, without credentials, fragment or "
            "characters that need percent-encoding."
        )
    path = match[4] if match[4].startswith("/") else f"/{match[4]}"
    return Address(match[1], match[2].lower(), port, path)


def _allows(entry: str, address: Address) -> bool:
    """An entry is HOST or HOST:PORT, maybe behind its scheme. `*` stands for any text, and for any port."""
    match = ALLOWED_HOST.fullmatch(entry.strip().lower())
    if match is None:
        return False
    scheme, host, port = match.groups()
    schemes = (scheme,) if scheme else ("https", "http") if _is_loopback(address.host) else ("https",)
    has_port = port in ("*", str(address.port)) if port else address.port == DEFAULT_PORTS[address.scheme]
    return address.scheme in schemes and has_port and fnmatchcase(address.host, host.replace("[", "[[]"))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
