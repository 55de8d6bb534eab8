"""Settings from the environment and from options."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from openprofiles.settings import (
    Credentials,
    Limits,
    Settings,
    SettingsError,
    address,
    new_key_pair,
    read_settings,
    root_credentials,
    store_path,
    url_of,
)

SECRET = "a-secret-of-some-length"
KEY_ID = "AKIATESTTESTTESTTEST"


def test_nothing_needs_to_be_set() -> None:
    assert read_settings({}) == Settings()
    assert address(Settings()) == ("127.0.0.1", 8090)


def test_every_field_is_a_variable() -> None:
    settings = read_settings(
        {
            "OPENPROFILES_LISTEN": "[::1]:80",
            "OPENPROFILES_DATA": "/data",
            "OPENPROFILES_STORE": "sqlite:////store/file",
            "OPENPROFILES_ACCESS_KEY_ID": KEY_ID,
            "OPENPROFILES_SECRET_ACCESS_KEY": SECRET,
            "OPENPROFILES_ACCOUNT_ID": "111122223333",
            "OPENPROFILES_LOG_FORMAT": "json",
            "OPENPROFILES_LIMIT_HEADER_BYTES": "1",
            "OPENPROFILES_LIMIT_BODY_BYTES": "2",
            "OPENPROFILES_LIMIT_BATCH_BODY_BYTES": "3",
            "OPENPROFILES_LIMIT_SEND_SECONDS": "4.5",
            "OPENPROFILES_LIMIT_BYTES_IN_FLIGHT": "5",
            "OPENPROFILES_LIMIT_CONNECTIONS": "6",
            "OPENPROFILES_LIMIT_WAITING": "7",
            "OPENPROFILES_MIGRATE": "false",
            "OPENPROFILES_PROCESSES": "8",
        }
    )
    limits = Limits(
        header_bytes=1, body_bytes=2, batch_body_bytes=3, send_seconds=4.5, bytes_in_flight=5, connections=6, waiting=7
    )
    assert settings == Settings(
        listen="[::1]:80",
        data="/data",
        store="sqlite:////store/file",
        migrate=False,
        processes=8,
        access_key_id=KEY_ID,
        secret_access_key=SECRET,
        account_id="111122223333",
        log_format="json",
        limits=limits,
    )


def test_an_option_goes_before_the_environment() -> None:
    assert read_settings({"OPENPROFILES_DATA": "/one"}, data="/two").data == "/two"
    assert read_settings({"OPENPROFILES_DATA": "/one"}, data=None).data == "/one"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENPROFILES_ACCOUNT_ID", "12"),
        ("OPENPROFILES_LOG_FORMAT", "xml"),
        ("OPENPROFILES_LIMIT_BODY_BYTES", "4 MiB"),
        ("OPENPROFILES_LIMIT_CONNECTIONS", "0"),
    ],
)
def test_a_wrong_value_is_named_by_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_a_wrong_secret_is_not_shown() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({"OPENPROFILES_SECRET_ACCESS_KEY": "short-secret"})
    assert "OPENPROFILES_SECRET_ACCESS_KEY" in str(refused.value)
    assert "short-secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["OPENPROFILES_ACCESS_KEY_ID", "OPENPROFILES_SECRET_ACCESS_KEY"])
def test_half_a_key_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="Give both"):
        read_settings({name: KEY_ID})


def test_settings_and_credentials_do_not_show_the_secret() -> None:
    settings = Settings(access_key_id=KEY_ID, secret_access_key=SECRET)
    assert SECRET not in repr(settings) + repr(Credentials(KEY_ID, SECRET))


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("127.0.0.1", 8090, "http://127.0.0.1:8090"),
        ("0.0.0.0", 80, "http://127.0.0.1:80"),
        ("::", 80, "http://[::1]:80"),
        ("profiles.local", 80, "http://profiles.local:80"),
    ],
)
def test_the_address_for_clients_is_one_that_they_can_reach(host: str, port: int, url: str) -> None:
    assert url_of(host, port) == url


def test_the_store_lies_in_the_data_directory_unless_it_is_named() -> None:
    assert store_path(Settings(data="/data")) == Path("/data/openprofiles.sqlite3")
    assert store_path(Settings(data="/data", store="sqlite:///relative.db")) == Path("relative.db")
    assert store_path(Settings(data="/data", store="sqlite:////absolute.db")) == Path("/absolute.db")


def test_a_wrong_store_does_not_show_its_password() -> None:
    with pytest.raises(SettingsError) as refused:
        store_path(Settings(store="mysql://me:swordfish@somewhere/db"))
    assert "swordfish" not in str(refused.value)


def test_a_credentials_file_without_key_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("")
    with pytest.raises(SettingsError, match="holds no access key"):
        root_credentials(Settings(data=str(tmp_path)))


def test_key_pairs_differ() -> None:
    assert new_key_pair() != new_key_pair()


def test_servers_that_start_at_once_in_one_directory_use_one_key(tmp_path: Path) -> None:
    for number in range(30):
        (data := tmp_path / str(number)).mkdir()
        with ThreadPoolExecutor(4) as threads:
            made = list(threads.map(root_credentials, [Settings(data=str(data))] * 4))
        assert len({one.secret_access_key for one in made}) == 1
        assert [path.name for path in data.iterdir()] == ["credentials"]


@pytest.mark.parametrize("name", ["OPENPROFILES_ACCOUNT_ID", "OPENPROFILES_ACCESS_KEY_ID"])
def test_a_newline_at_the_end_of_a_value_is_refused(name: str) -> None:
    values = {"OPENPROFILES_ACCOUNT_ID": "111122223333", "OPENPROFILES_ACCESS_KEY_ID": KEY_ID}
    with pytest.raises(SettingsError, match=name):
        read_settings({**values, "OPENPROFILES_SECRET_ACCESS_KEY": SECRET, name: values[name] + "\n"})


def test_the_limits_are_those_of_the_documents() -> None:
    page = (Path(__file__).parents[2] / "docs" / "running.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `OPENPROFILES_LIMIT_(\w+)` \| \| ([0-9]+(?: [KM]iB)?) \|", page, re.MULTILINE))
    units = {"KiB": 1024, "MiB": 1024 * 1024}
    numbers = {name.lower(): int(text.split()[0]) * units.get(text[-3:], 1) for name, text in told.items()}
    assert numbers == msgspec.structs.asdict(Limits())


@pytest.mark.parametrize(
    "store",
    [
        "postgresql://me:12/sword-fish@127.0.0.1:1/x",
        "postgresql://me:p@sword-fish#tail@127.0.0.1/x",
        "postgresql://me:a?sword-fish@127.0.0.1/x",
        "host=127.0.0.1 password=sword-fish dbname=x",
        "sword-fish",
    ],
)
def test_a_store_in_which_a_password_may_hide_is_refused_without_showing_it(store: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({"OPENPROFILES_STORE": store})
    assert "sword-fish" not in str(refused.value)
