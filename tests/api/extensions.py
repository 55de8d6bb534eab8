"""Calls of what lies beyond AWS, below `/-/`: signed by botocore, sent as they are."""

import http.client
import json
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.extensions.answers import check_answer
from tests.server.process import RunningServer

from .calls import DomainApi

Answer = tuple[int, dict[str, Any]]


class Extensions:
    """The extensions of one domain."""

    def __init__(self, server: RunningServer, api: DomainApi, region: str = "us-east-1") -> None:
        self.server = server
        self.domain = api.domain
        self.region = region
        self.credentials = Credentials(server.access_key_id, server.secret_access_key)

    def ask(self, method: str, path: str, members: dict[str, Any] | None = None, **query: Any) -> Answer:
        """Status and answer. `path` is what follows the domain; underscores in names of the query stand for dashes."""
        body = b"" if members is None else json.dumps(members).encode()
        return self.send(method, *self.signed(method, path, body, **query), body)

    def signed(self, method: str, path: str, body: bytes = b"", **query: Any) -> tuple[str, dict[str, str]]:
        """Target and headers of a request."""
        target = self.path(path)
        if query:
            target += "?" + urlencode({name.replace("_", "-"): value for name, value in sorted(query.items())})
        request = AWSRequest(method, self.server.url + target, {"content-type": "application/json"}, body)
        SigV4Auth(self.credentials, "profile", self.region).add_auth(request)
        return target, dict(request.headers.items())

    def root(self, method: str, target: str, **members: Any) -> Answer:
        """A call that is about no domain."""
        body = json.dumps(members).encode() if members else b""
        request = AWSRequest(method, self.server.url + target, {"content-type": "application/json"}, body)
        SigV4Auth(self.credentials, "profile", self.region).add_auth(request)
        return self.send(method, target, dict(request.headers.items()), body)

    def use(self, access_key_id: str, secret_access_key: str) -> None:
        """Call with another key from now on."""
        self.credentials = Credentials(access_key_id, secret_access_key)

    def path(self, path: str) -> str:
        return f"/-/domains/{quote(self.domain, safe='')}{path}"

    def send(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """A request as it is, signed or not."""
        with closing(http.client.HTTPConnection(*self.server.address, timeout=30)) as connection:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            told = json.loads(answer.read())
        check_answer(method, target.partition("?")[0], answer.status, told)
        return answer.status, told

    def lines(self, path: str) -> list[dict[str, Any]]:
        """An answer of one JSON object in each line."""
        with closing(http.client.HTTPConnection(*self.server.address, timeout=30)) as connection:
            target, headers = self.signed("GET", path)
            connection.request("GET", target, headers=headers)
            answer = connection.getresponse()
            assert (answer.status, answer.headers["content-type"]) == (200, "application/x-ndjson")
            return [json.loads(line) for line in answer.read().splitlines()]

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self._well(self.ask("GET", path, **query))

    def post(self, path: str, **members: Any) -> dict[str, Any]:
        return self._well(self.ask("POST", path, members))

    def delete(self, path: str) -> dict[str, Any]:
        return self._well(self.ask("DELETE", path))

    def _well(self, answer: Answer) -> dict[str, Any]:
        assert answer[0] == 200, answer
        return answer[1]
