"""Which URIs may be destinations: nobody gets the server to reach what its operator did not mean to be reached."""

from collections.abc import Sequence

import pytest

from openprofiles.errors import BadRequestException
from openprofiles.events.uris import Address, File, Stream, check_uri, is_of_aws, place_of

REGION, ACCOUNT = "us-east-1", "123456789012"


def place(uri: str, *webhook_hosts: str) -> Stream | Address | File:
    return place_of(uri, REGION, ACCOUNT, webhook_hosts)


def refusal(uri: str, webhook_hosts: Sequence[str] = ()) -> str:
    with pytest.raises(BadRequestException) as refused:
        check_uri(uri, REGION, ACCOUNT, webhook_hosts)
    return refused.value.message


@pytest.mark.parametrize("uri", ["", "s3://bucket", "ftp://example.com/", "HTTPS://example.com/", "//example.com"])
def test_what_is_no_destination_is_refused(uri: str) -> None:
    assert "must be the ARN of a Kinesis data stream, https://HOST/PATH" in refusal(uri, ["*"])


def test_only_a_data_stream_is_of_aws() -> None:
    uris = ["arn:aws:kinesis:us-east-1:123456789012:stream/a", "https://example.com/", "file:a.ndjson"]
    assert [is_of_aws(uri) for uri in uris] == [True, False, False]


# --- data streams


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_an_arn_names_a_data_stream(partition: str) -> None:
    arn = f"arn:{partition}:kinesis:us-east-1:123456789012:stream/a.b_c-d"
    assert place(arn) == Stream(arn, REGION, ACCOUNT, "a.b_c-d")


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:kinesis:us-east-1:123456789012:stream/",
        "arn:aws:kinesis:us-east-1:123456789012:stream/a/consumer/b:1",
        "arn:aws:kinesis:us-east-1:123456789012:stream/a\n",
        "arn:aws:kinesis:us-east-1:12345678901:stream/a",
        "arn:aws:kinesis:evil.example/:123456789012:stream/a",
        "arn:aws:firehose:us-east-1:123456789012:deliverystream/a",
        "arn:aws:sqs:us-east-1:123456789012:a",
    ],
)
def test_another_arn_is_refused(arn: str) -> None:
    assert refusal(arn) == "The Uri is not the ARN of a Kinesis data stream."


@pytest.mark.parametrize(("region", "account"), [("eu-west-1", ACCOUNT), (REGION, "999999999999")])
def test_a_stream_of_another_region_or_account_is_refused_and_both_are_named(region: str, account: str) -> None:
    message = refusal(f"arn:aws:kinesis:{region}:{account}:stream/a")
    assert f"region {region} and account {account}" in message
    assert f"region {REGION} and account {ACCOUNT}" in message


# --- files


@pytest.mark.parametrize("name", ["orders.ndjson", "9.ndjson", "a-b_c.d.ndjson", "x" * 94 + ".ndjson"])
def test_a_name_is_that_of_a_file(name: str) -> None:
    assert place(f"file:{name}") == File(name)


@pytest.mark.parametrize(
    "name",
    [
        "../orders.ndjson",
        "/orders.ndjson",
        "//host/orders.ndjson",
        "a/b.ndjson",
        "a%2Fb.ndjson",
        ".ndjson",
        "..",
        "-orders.ndjson",
        "orders.ndjson\n",
        "orders\x00.ndjson",
        "örders.ndjson",
        "credentials",
        "openprofiles.sqlite3",
        "x" * 95 + ".ndjson",
        "",
    ],
)
def test_another_name_is_refused(name: str) -> None:
    assert "must be file:NAME.ndjson" in refusal(f"file:{name}")


# --- webhooks


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://hooks.example.com", Address("https", "hooks.example.com", 443, "/")),
        ("https://Hooks.Example.com/in?a=%20b", Address("https", "hooks.example.com", 443, "/in?a=%20b")),
        ("https://hooks.example.com?token=a", Address("https", "hooks.example.com", 443, "/?token=a")),
        ("https://hooks.example.com:443/in", Address("https", "hooks.example.com", 443, "/in")),
    ],
)
def test_a_url_names_an_address(url: str, address: Address) -> None:
    assert place(url, "hooks.example.com") == address


def test_webhooks_are_off_unless_a_host_is_allowed() -> None:
    assert refusal("https://hooks.example.com/") == "Webhooks are off: OPENPROFILES_WEBHOOK_HOSTS allows no host."


@pytest.mark.parametrize(
    "url",
    [
        "https://user:password@hooks.example.com/",
        "https://hooks.example.com@evil.example/",
        "https://evil.example#@hooks.example.com/",
        "https://hooks.example.com/#fragment",
        "https://evil.example\\@hooks.example.com/",
        "https://evil.example\\.hooks.example.com/",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:65536/",
        "https://hooks.example.com:/",
        "https://hooks.ex%61mple.com/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nHost: evil.example",
        "https://hooks.example.com/\n",
        "https://hooks\t.example.com/",
        "https://hoöks.example.com/",
        "https://",
        "https:///in",
    ],
)
def test_a_url_that_could_be_read_in_two_ways_is_refused(url: str) -> None:
    message = refusal(url, ["*", "*:*"])
    assert "must be https://HOST/PATH" in message
    assert "password" not in message


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("https://hooks.example.com/", "HOOKS.example.com"),
        ("https://hooks.example.com/", "https://hooks.example.com"),
        ("https://hooks.example.com:8443/", "hooks.example.com:8443"),
        ("https://hooks.example.com:8443/", "hooks.example.com:*"),
        ("https://a.internal.example/", "*.internal.example"),
        ("https://a.b.internal.example/", "*.internal.example"),
        ("https://anything.example/", "*"),
        ("http://plain.example/", "http://plain.example"),
        ("http://plain.example:8080/", "http://*.example:8080"),
        ("http://localhost/", "localhost"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("http://[::1]:8000/", "[::1]:8000"),
        ("https://[2001:db8::1]/", "[2001:DB8::*]"),
    ],
)
def test_an_entry_allows_a_host(url: str, entry: str) -> None:
    check_uri(url, REGION, ACCOUNT, ["other.example", entry])


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("https://evil.example/", "hooks.example.com"),
        ("https://hooks.example.com.evil.example/", "hooks.example.com"),
        ("https://evilhooks.example.com/", "hooks.example.com"),
        ("https://internal.example/", "*.internal.example"),
        ("https://evil.example/.internal.example", "*.internal.example"),
        ("https://evil.example?.internal.example", "*.internal.example"),
        ("https://hooks.example.com:8443/", "hooks.example.com"),
        ("https://hooks.example.com/", "hooks.example.com:8443"),
        ("https://hooks.example.com:443/", "hooks.example.com:44"),
        ("https://hooks.example.com:8443/", "*"),
        ("http://hooks.example.com/", "hooks.example.com"),
        ("http://hooks.example.com/", "https://hooks.example.com"),
        ("http://hooks.example.com:443/", "hooks.example.com:443"),
        ("https://plain.example/", "http://plain.example"),
        ("http://localhost.example/", "*"),
        ("http://127.0.0.1.example/", "*"),
        ("http://2130706433/", "*"),
        ("http://169.254.169.254/", "*"),
        ("https://a.example/", "[ab].example"),
        ("https://hooks.example.com/", "hooks.example.com/"),
        ("https://hooks.example.com/", "ftp://hooks.example.com"),
        ("https://hooks.example.com/", ""),
    ],
)
def test_an_entry_allows_no_other_host(url: str, entry: str) -> None:
    assert "OPENPROFILES_WEBHOOK_HOSTS does not allow http" in refusal(url, [entry])


def test_a_refusal_does_not_show_what_may_be_secret_in_a_url() -> None:
    assert "token" not in refusal("https://hooks.example.com/token?token", ["other.example"])
