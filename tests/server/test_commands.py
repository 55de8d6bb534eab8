"""The commands beside `serve`."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from mypy_boto3_customer_profiles import CustomerProfilesClient

import openprofiles
from openprofiles.api import FUNCTIONS
from openprofiles.operations import OPERATIONS
from openprofiles.settings import region_of
from tests.conftest import client_of
from tests.server.process import RunningServer, run_command, wait_until


def test_version_prints_the_version() -> None:
    assert run_command("version").stdout == f"openprofiles {openprofiles.__version__}\n"


def test_operations_lists_all_and_marks_those_that_work() -> None:
    *lines, last = run_command("operations").stdout.splitlines()
    marked = {line.split()[1]: line.split()[0] == "✓" for line in lines}
    assert marked == {name: name in FUNCTIONS for name in OPERATIONS}
    assert last == f"{sum(marked.values())} of 115 operations work (✓)."


def test_env_prints_lines_for_a_shell(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = AKIAX\naws_secret_access_key = a/b+c\n")
    printed = run_command("env", "--data", str(tmp_path), "--listen", "0.0.0.0:9000").stdout
    assert printed.splitlines() == [
        "export AWS_ACCESS_KEY_ID=AKIAX",
        "export AWS_SECRET_ACCESS_KEY=a/b+c",
        "unset AWS_SESSION_TOKEN",
        "export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1",
        "export AWS_ENDPOINT_URL_CUSTOMER_PROFILES=http://127.0.0.1:9000",
    ]


def test_env_before_the_first_start_says_what_to_do(tmp_path: Path) -> None:
    ended = run_command("env", "--data", str(tmp_path))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"openprofiles: There is no {tmp_path}/credentials yet; `openprofiles serve` makes it.\n"


def test_env_keeps_the_region_that_aws_tools_would_take() -> None:
    assert region_of({}) == "us-east-1"
    assert region_of({"AWS_DEFAULT_REGION": "eu-west-1"}) == "eu-west-1"
    assert region_of({"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "eu-west-1"}) == "eu-north-1"


@pytest.mark.parametrize("command", [("serve",), ("load",), ("keys", "create"), ("demo",)], ids=" ".join)
def test_help_shows_what_holds_by_default(command: tuple[str, ...]) -> None:
    shown = " ".join(run_command(*command, "--help", COLUMNS="200").stdout.split())
    expected = {
        "serve": "127.0.0.1:8090",
        "load": "FILE.rejects.ndjson",
        "keys": "the root key's account",
        "demo": "6000",
    }
    assert f"default: ({expected[command[0]]})" in shown
    assert "default: (./openprofiles-data)" in shown


# --- keys


@pytest.mark.parametrize(
    "command", [("keys", "list"), ("keys", "create"), ("load", "-", "--domain", "d", "--type", "t")]
)
def test_a_command_for_a_store_makes_none(tmp_path: Path, command: tuple[str, ...]) -> None:
    ended = run_command(*command, "--data", str(tmp_path / "typo"))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"openprofiles: There is no store {tmp_path}/typo/openprofiles.sqlite3 yet;")
    assert not (tmp_path / "typo").exists()


class Key:
    """A key that the command line has made."""

    def __init__(self, server: RunningServer, *options: str) -> None:
        printed = run_command("keys", "create", *options, OPENPROFILES_DATA=str(server.data)).stdout
        self.members = dict(line.split(maxsplit=1) for line in printed.splitlines())
        self.client = client_of(server, self.members["AccessKeyId"], self.members["SecretAccessKey"])

    @property
    def id(self) -> str:
        return self.members["AccessKeyId"]


@pytest.fixture(scope="module")
def shop_key(server: RunningServer) -> Iterator[Key]:
    """A key for the domains whose names begin with `shop-`."""
    key = Key(server, "--domains", "shop-*")
    yield key
    key.client.close()


def code_of(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return refused.value.response["Error"]["Code"]


def test_a_new_key_works_at_once_on_a_running_server(server: RunningServer) -> None:
    key = Key(server)
    with pytest.raises(ClientError) as refused:
        key.client.get_domain(DomainName="anything")
    key.client.close()
    assert code_of(refused) == "ResourceNotFoundException"


def test_a_key_has_the_root_keys_account_unless_another_is_named(server: RunningServer) -> None:
    plain, other = Key(server), Key(server, "--account", "111122223333")
    plain.client.close()
    other.client.close()
    assert (plain.members["Account"], other.members["Account"]) == ("000000000000", "111122223333")


def test_an_account_that_is_none_is_refused(tmp_path: Path) -> None:
    ended = run_command("keys", "create", "--account", "12", "--data", str(tmp_path))
    assert ended.returncode == 1
    assert "OPENPROFILES_ACCOUNT_ID" in ended.stderr


def test_a_pattern_with_other_signs_is_refused(tmp_path: Path) -> None:
    ended = run_command("keys", "create", "--domains", "shop-[12]", "--data", str(tmp_path))
    assert ended.returncode == 1
    assert "is no pattern of domain names" in ended.stderr


def test_a_key_may_touch_the_domains_of_its_pattern(shop_key: Key) -> None:
    with pytest.raises(ClientError) as refused:
        shop_key.client.get_domain(DomainName="shop-1")
    assert code_of(refused) == "ResourceNotFoundException"


def test_a_key_may_not_touch_other_domains(shop_key: Key) -> None:
    with pytest.raises(ClientError) as refused:
        shop_key.client.get_domain(DomainName="bank")
    error = refused.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    assert error["Message"] == (
        f"User: arn:aws:iam::000000000000:access-key/{shop_key.id} is not authorized to perform: profile:GetDomain "
        "on resource: arn:aws:profile:us-east-1:000000000000:domains/bank"
    )


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:profile:us-east-1:000000000000:domains/bank",
        "arn:aws:profile:us-east-1:000000000000:domains/bank/object-types/shop-1",
        "arn:aws:profile:us-east-1:000000000000:elsewhere/shop-1",
    ],
)
def test_a_key_may_not_touch_resources_of_other_domains(shop_key: Key, arn: str) -> None:
    with pytest.raises(ClientError) as refused:
        shop_key.client.list_tags_for_resource(resourceArn=arn)
    assert code_of(refused) == "AccessDeniedException"


def test_a_key_may_touch_resources_of_its_domains(shop_key: Key) -> None:
    with pytest.raises(ClientError) as refused:
        shop_key.client.list_tags_for_resource(
            resourceArn="arn:aws:profile:us-east-1:000000000000:domains/shop-1/object-types/order"
        )
    assert code_of(refused) == "ResourceNotFoundException"


def test_a_revoked_key_dies_within_a_second_or_so(server: RunningServer) -> None:
    key = Key(server)
    assert is_known(key.client)
    assert run_command("keys", "revoke", key.id, OPENPROFILES_DATA=str(server.data)).stdout == f"{key.id} is revoked.\n"
    revoked_at = time.monotonic()
    wait_until(lambda: not is_known(key.client))
    key.client.close()
    assert time.monotonic() - revoked_at < 3


def is_known(client: CustomerProfilesClient) -> bool:
    try:
        client.get_domain(DomainName="anything")
    except ClientError as error:
        return error.response["Error"]["Code"] != "UnrecognizedClientException"
    return True


def test_keys_are_listed_without_their_secrets(tmp_path: Path) -> None:
    options = ("--data", str(tmp_path))
    run_command("migrate", *options)
    made = run_command("keys", "create", "--domains", "shop-*", *options).stdout.split()
    key_id, secret = made[1], made[3]
    assert key_id + "  000000000000  shop-*  created " in run_command("keys", "list", *options).stdout
    run_command("keys", "revoke", key_id, *options)
    listed = run_command("keys", "list", *options).stdout
    assert key_id + "  000000000000  shop-*  revoked " in listed
    assert secret not in listed


def test_revoking_an_unknown_key_is_an_error(tmp_path: Path) -> None:
    run_command("migrate", "--data", str(tmp_path))
    ended = run_command("keys", "revoke", "AKIANOBODY", "--data", str(tmp_path))
    assert (ended.returncode, ended.stderr) == (1, "openprofiles: There is no usable access key AKIANOBODY.\n")
