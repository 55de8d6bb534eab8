"""A client for many calls at once: signed requests over connections that stay open, and nothing tried again."""

import json
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.server.process import PATIENCE, RunningServer


class Answer(dict[str, Any]):
    """The members of an answer, and its `status`."""

    status: int


class Client:
    """Calls of one connection to one server. An answer of 429 or 5xx is an error of the test unless it is expected."""

    def __init__(self, server: RunningServer, domain: str, tolerant: bool = False) -> None:
        self.domain = domain
        self._server = server
        self._tolerant = tolerant
        self._connection = HTTPConnection(*server.address, timeout=PATIENCE * 3)
        self._signer = SigV4Auth(Credentials(server.access_key_id, server.secret_access_key), "profile", "us-east-1")

    def call(self, method: str, path: str, invocation: str | None = None, **members: Any) -> Answer:
        """One call on the client's domain. Raises OSError and HTTPException where the connection fails."""
        body = json.dumps(members).encode()
        self._connection.request(method, self._path(path), body, self._headers(method, path, body, invocation))
        got = self._connection.getresponse()
        answer = Answer(json.loads(got.read() or b"{}"))
        answer.status = got.status
        assert self._tolerant or answer.status not in (429, *range(500, 600)), (method, path, answer.status, answer)
        return answer

    def raw(self, method: str, path: str, **members: Any) -> bytes:
        """The bytes of such a call."""
        body = json.dumps(members).encode()
        headers = {"host": f"{self._server.address[0]}:{self._server.address[1]}", "content-length": len(body)}
        headers |= self._headers(method, path, body, None)
        lines = [f"{method} {self._path(path)} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _path(self, path: str) -> str:
        return f"/domains/{self.domain}{path}"

    def _headers(self, method: str, path: str, body: bytes, invocation: str | None) -> dict[str, Any]:
        request = AWSRequest(
            method, f"{self._server.url}{self._path(path)}", {"content-type": "application/json"}, body
        )
        self._signer.add_auth(request)
        return {**dict(request.headers.items()), "amz-sdk-invocation-id": invocation or str(uuid.uuid4())}

    def close(self) -> None:
        self._connection.close()

    # --- calls

    def create_domain(self) -> Answer:
        return self.call("POST", "", DefaultExpirationDays=366)

    def profile_count(self) -> int:
        return int(self.call("GET", "")["Stats"]["ProfileCount"])

    def define(self, object_type: str, definition: dict[str, Any]) -> Answer:
        return self.call("PUT", f"/object-types/{object_type}", **definition)

    def put(self, object_type: str, value: dict[str, Any]) -> Answer:
        return self.call("PUT", "/profiles/objects", ObjectTypeName=object_type, Object=json.dumps(value))

    def search(self, key: str, value: str) -> list[dict[str, Any]]:
        return list(self.call("POST", "/profiles/search", KeyName=key, Values=[value])["Items"])

    def create(self, invocation: str | None = None, **fields: Any) -> Answer:
        return self.call("POST", "/profiles", invocation, **fields)

    def update(self, profile: str, **fields: Any) -> Answer:
        return self.call("PUT", "/profiles", ProfileId=profile, **fields)

    def delete(self, profile: str) -> Answer:
        return self.call("POST", "/profiles/delete", ProfileId=profile)

    def add_key(self, profile: str, key: str, *values: str) -> Answer:
        return self.call("POST", "/profiles/keys", ProfileId=profile, KeyName=key, Values=list(values))

    def delete_key(self, profile: str, key: str, *values: str) -> Answer:
        return self.call("POST", "/profiles/keys/delete", ProfileId=profile, KeyName=key, Values=list(values))

    def merge(self, main: str, *others: str) -> Answer:
        return self.call("POST", "/profiles/objects/merge", MainProfileId=main, ProfileIdsToBeMerged=list(others))


def crowd(servers: Sequence[RunningServer], domain: str, size: int, act: Callable[[Client, int], None]) -> None:
    """So many clients at once, spread over the servers, each with its number. Raises what any of them raises."""

    def one(number: int) -> None:
        client = Client(servers[number % len(servers)], domain)
        try:
            act(client, number)
        finally:
            client.close()

    with ThreadPoolExecutor(size) as threads:
        for done in [threads.submit(one, number) for number in range(size)]:
            done.result()
