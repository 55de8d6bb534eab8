"""`openprofiles load`: a user's own file into the store, beside a server that runs or without one."""

import io
import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from openprofiles.cli import main
from openprofiles.connectors import files
from openprofiles.connectors.files import Line
from openprofiles.storage.sqlite import open_sqlite
from tests.actions.shop import contents
from tests.api.calls import DomainApi
from tests.api.mappings import system
from tests.conftest import client_of
from tests.server.process import PATIENCE, RunningServer, clean_environment, launch, run_command

Ended = subprocess.CompletedProcess[str]
Load = Callable[..., Ended]

CONTACTS = [
    {"id": "1", "customer": "ann", "first": "Ann", "email": "ann@example.com"},
    {"id": "2", "customer": "zoe", "first": "Zoë", "email": "zoe@example.com"},
]
NDJSON = "".join(json.dumps(contact, ensure_ascii=False) + "\n" for contact in CONTACTS)
CSV = "id,customer,first,email\n1,ann,Ann,ann@example.com\n2,zoe,Zoë,zoe@example.com\n"


@pytest.fixture
def shop(client: CustomerProfilesClient) -> DomainApi:
    """A fresh domain of the running server, with an object type `crm`."""
    name = f"load-{uuid.uuid4().hex}"
    client.create_domain(DomainName=name, DefaultExpirationDays=366)
    shop = DomainApi(client, name)
    shop.define("crm", system("crm"))
    return shop


@pytest.fixture
def load(
    server: RunningServer, shop: DomainApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Load:
    """The command, in this process, into the domain and on the data of the server that runs."""

    def run(file: object, *options: str, domain: str = shop.domain, object_type: str = "crm") -> Ended:
        arguments = ["load", "--domain", domain, "--type", object_type, *options, str(file)]
        monkeypatch.setattr(sys, "argv", ["openprofiles", *arguments])
        monkeypatch.setenv("OPENPROFILES_DATA", str(server.data))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ended(arguments, int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def load_standard_input(load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    """The same from bytes on standard input, in a folder of its own."""

    def run(data: bytes, *options: str) -> Ended:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))
        return load("-", *options)

    return run


def written(folder: Path, content: str | bytes, name: str = "contacts.ndjson") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def names(shop: DomainApi) -> list[str]:
    """The first names of all customers of the files in these tests that are there."""
    found = shop.search("customer", "ann", "zoe", "bob")
    return sorted(profile["FirstName"] for profile in found)


def rejects(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# --- what is loaded


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("contacts.ndjson", NDJSON),
        ("contacts", NDJSON),
        ("contacts.csv", CSV),
        ("spaced.ndjson", "\n\n" + NDJSON.replace("\n", "\r\n\r\n")),
        ("marked.ndjson", "\ufeff" + NDJSON),
        ("marked.csv", "\ufeff" + CSV),
    ],
    ids=["NDJSON", "any name", "CSV", "blank lines", "NDJSON with a byte order mark", "CSV with a byte order mark"],
)
def test_a_file_is_loaded(shop: DomainApi, load: Load, tmp_path: Path, name: str, content: str) -> None:
    ended = load(written(tmp_path, content, name))
    assert (ended.returncode, ended.stdout) == (0, "2 objects loaded, 0 rejected.\n")
    assert names(shop) == ["Ann", "Zoë"]


def test_a_csv_file_of_any_name_is_loaded_when_it_is_said_to_be_one(
    shop: DomainApi, load: Load, tmp_path: Path
) -> None:
    load(written(tmp_path, CSV, "contacts.txt"), "--csv")
    assert names(shop) == ["Ann", "Zoë"]


def test_a_server_that_runs_sees_the_objects_at_once(shop: DomainApi, load: Load, tmp_path: Path) -> None:
    shop.put("crm", {"id": "0", "customer": "ann", "last": "Lee"})
    load(written(tmp_path, NDJSON))
    ann = shop.one("customer", "ann")
    assert (ann["FirstName"], ann["LastName"]) == ("Ann", "Lee")
    assert shop.stats()["ObjectCount"] == 3


def test_a_server_that_runs_goes_on_from_what_was_loaded(shop: DomainApi, load: Load, tmp_path: Path) -> None:
    load(written(tmp_path, NDJSON))
    shop.put("crm", {"id": "1", "customer": "ann", "first": "Anna"})
    assert shop.one("customer", "ann")["FirstName"] == "Anna"
    assert shop.stats()["ObjectCount"] == 2


def test_an_object_has_the_same_unique_key_as_by_the_api(shop: DomainApi, load: Load, tmp_path: Path) -> None:
    load(written(tmp_path, NDJSON))
    [listed] = shop.listed(shop.one("customer", "ann")["ProfileId"], "crm")
    assert listed["ProfileObjectUniqueKey"] == shop.put("crm", CONTACTS[0])


def test_a_file_larger_than_a_batch_is_loaded(shop: DomainApi, load: Load, tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(number), "customer": f"c{number % 7}"}) for number in range(450)]
    ended = load(written(tmp_path, "\n".join(lines)))
    assert ended.stdout == "450 objects loaded, 0 rejected.\n"
    assert (shop.stats()["ProfileCount"], shop.stats()["ObjectCount"]) == (7, 450)


def test_an_empty_file_loads_nothing(load: Load, tmp_path: Path) -> None:
    ended = load(written(tmp_path, ""))
    assert (ended.returncode, ended.stdout) == (0, "0 objects loaded, 0 rejected.\n")


def test_a_file_loaded_twice_gives_the_same_store(shop: DomainApi, load: Load, tmp_path: Path) -> None:
    path = written(tmp_path, NDJSON)
    load(path)
    before = shop.search("customer", "ann", "zoe"), shop.stats()
    assert load(path).stdout == "2 objects loaded, 0 rejected.\n"
    assert (shop.search("customer", "ann", "zoe"), shop.stats()) == before


def test_a_file_is_loaded_from_a_line_on(shop: DomainApi, load: Load, tmp_path: Path) -> None:
    ended = load(written(tmp_path, NDJSON), "--from-line", "2")
    assert ended.stdout == "1 objects loaded, 0 rejected.\n"
    assert names(shop) == ["Zoë"]


def test_the_lines_of_a_csv_file_are_counted_with_its_header(shop: DomainApi, load: Load, tmp_path: Path) -> None:
    load(written(tmp_path, CSV, "contacts.csv"), "--from-line", "3")
    assert names(shop) == ["Zoë"]


# --- standard input


def test_standard_input_is_loaded(shop: DomainApi, load_standard_input: Load) -> None:
    ended = load_standard_input(NDJSON.encode())
    assert (ended.returncode, ended.stdout) == (0, "2 objects loaded, 0 rejected.\n")
    assert names(shop) == ["Ann", "Zoë"]


def test_standard_input_may_be_csv(shop: DomainApi, load_standard_input: Load) -> None:
    load_standard_input(CSV.encode(), "--csv")
    assert names(shop) == ["Ann", "Zoë"]


@pytest.mark.parametrize("options", [(), ("--csv",)], ids=["NDJSON", "CSV"])
def test_standard_input_may_begin_with_a_byte_order_mark(
    shop: DomainApi, load_standard_input: Load, options: tuple[str, ...]
) -> None:
    ended = load_standard_input(("\ufeff" + (CSV if options else NDJSON)).encode(), *options)
    assert ended.stdout == "2 objects loaded, 0 rejected.\n"
    assert names(shop) == ["Ann", "Zoë"]


def test_lines_of_standard_input_that_are_refused_go_to_a_file_in_the_working_folder(
    load_standard_input: Load, tmp_path: Path
) -> None:
    ended = load_standard_input(b"nonsense\n")
    assert "Rejected lines and reasons: standard-input.rejects.ndjson\n" in ended.stdout
    assert [reject["Line"] for reject in rejects(tmp_path / "standard-input.rejects.ndjson")] == [1]


# --- what is refused


def test_a_refused_line_goes_to_the_rejects_file_with_its_number_and_reason(load: Load, tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": "", "customer": "ann"}\n')
    ended = load(path)
    assert ended.returncode == 3
    assert ended.stdout == f"0 objects loaded, 1 rejected.\nRejected lines and reasons: {path}.rejects.ndjson\n"
    assert rejects(Path(f"{path}.rejects.ndjson")) == [
        {
            "Line": 1,
            "Code": "BadRequestException",
            "Reason": "Every field of the UNIQUE key crmId is empty.",
            "Object": '{"id": "", "customer": "ann"}',
        }
    ]


def test_a_refused_line_does_not_disturb_the_others(shop: DomainApi, load: Load, tmp_path: Path) -> None:
    first, second = NDJSON.splitlines()
    ended = load(written(tmp_path, f"{first}\nnonsense\n[1]\n\n{second}\n"))
    assert ended.stdout.startswith("2 objects loaded, 2 rejected.\n")
    assert [reject["Line"] for reject in rejects(tmp_path / "contacts.ndjson.rejects.ndjson")] == [2, 3]
    assert names(shop) == ["Ann", "Zoë"]


def test_a_row_of_csv_is_kept_as_the_object_that_it_gave(load: Load, tmp_path: Path) -> None:
    load(written(tmp_path, "id,customer\n7,\n", "contacts.csv"))
    [reject] = rejects(tmp_path / "contacts.csv.rejects.ndjson")
    assert (reject["Line"], json.loads(reject["Object"])) == (2, {"id": "7"})


def test_a_line_that_is_no_utf_8_is_refused_and_the_others_are_loaded(
    shop: DomainApi, load: Load, tmp_path: Path
) -> None:
    latin = '{"id": "3", "customer": "bob", "first": "Jos\xe9"}\n'.encode("latin-1")
    ended = load(written(tmp_path, latin + NDJSON.encode()))
    assert ended.stdout.startswith("2 objects loaded, 1 rejected.\n")
    [reject] = rejects(tmp_path / "contacts.ndjson.rejects.ndjson")
    assert (reject["Line"], reject["Code"]) == (1, "BadRequestException")
    assert names(shop) == ["Ann", "Zoë"]


def test_the_rejects_file_may_be_named(load: Load, tmp_path: Path) -> None:
    ended = load(written(tmp_path, "nonsense\n"), "--rejects", str(tmp_path / "bad.ndjson"))
    assert f"Rejected lines and reasons: {tmp_path}/bad.ndjson\n" in ended.stdout
    assert len(rejects(tmp_path / "bad.ndjson")) == 1


def test_a_file_loaded_again_replaces_its_rejects_file(load: Load, tmp_path: Path) -> None:
    path = written(tmp_path, "nonsense\n{}\n")
    load(path)
    path.write_text("{}\n")
    load(path)
    assert [reject["Object"] for reject in rejects(tmp_path / "contacts.ndjson.rejects.ndjson")] == ["{}"]


def test_a_load_that_goes_on_from_a_line_adds_to_the_rejects_file(load: Load, tmp_path: Path) -> None:
    path = written(tmp_path, "nonsense\n{}\n")
    load(path)
    load(path, "--from-line", "2")
    assert [reject["Line"] for reject in rejects(tmp_path / "contacts.ndjson.rejects.ndjson")] == [1, 2, 2]


def test_there_is_no_rejects_file_where_nothing_was_refused(load: Load, tmp_path: Path) -> None:
    path = written(tmp_path, NDJSON)
    load(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_csv_field_as_long_as_an_object_may_be_is_no_error(load: Load, tmp_path: Path) -> None:
    ended = load(written(tmp_path, f"id,customer,note\n1,ann,{'x' * 200_000}\n2,zoe,\n", "contacts.csv"))
    assert (ended.returncode, ended.stdout) == (0, "2 objects loaded, 0 rejected.\n")


# --- what can not be done: one line and exit status 1


def one_line(ended: Ended) -> str:
    """The one line that the command said before it ended with status 1."""
    assert (ended.returncode, ended.stdout) == (1, ""), ended.stderr
    [line] = [line for line in ended.stderr.splitlines() if "loaded" not in line]
    assert line.startswith("openprofiles: ")
    return line


def test_an_unknown_domain_is_one_line(load: Load, tmp_path: Path) -> None:
    line = one_line(load(written(tmp_path, NDJSON), domain="nowhere"))
    assert line.startswith(
        "openprofiles: Domain nowhere does not exist. (account 000000000000, region us-east-1, store "
    )


def test_an_unknown_object_type_is_one_line(shop: DomainApi, load: Load, tmp_path: Path) -> None:
    line = one_line(load(written(tmp_path, NDJSON), object_type="nothing"))
    assert line.startswith(f"openprofiles: Object type nothing does not exist in domain {shop.domain}. (account ")


@pytest.mark.parametrize("options", [("--account", "999988887777"), ("--region", "eu-central-1")])
def test_a_domain_of_another_account_or_region_is_unknown(
    shop: DomainApi, load: Load, tmp_path: Path, options: tuple[str, str]
) -> None:
    line = one_line(load(written(tmp_path, NDJSON), *options))
    assert line.startswith(f"openprofiles: Domain {shop.domain} does not exist. (account ")
    assert options[1] in line


def test_a_missing_file_is_one_line(load: Load, tmp_path: Path) -> None:
    line = one_line(load(tmp_path / "nothing.ndjson"))
    assert "No such file" in line
    assert "nothing.ndjson" in line


def test_a_folder_is_one_line(load: Load, tmp_path: Path) -> None:
    assert "directory" in one_line(load(tmp_path))


def test_a_rejects_file_that_can_not_be_written_is_one_line(load: Load, tmp_path: Path) -> None:
    line = one_line(load(written(tmp_path, "nonsense\n"), "--rejects", str(tmp_path / "nowhere" / "bad.ndjson")))
    assert "bad.ndjson" in line


def test_a_load_that_is_stopped_says_from_which_line_to_go_on(
    shop: DomainApi, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped_after_one_line(file: TextIO) -> Iterator[Line]:
        yield Line(1, file.readline())
        raise KeyboardInterrupt

    path = written(tmp_path, NDJSON)
    with monkeypatch.context() as patch:
        patch.setattr(files, "BATCH", 1)
        patch.setattr(files, "ndjson_lines", stopped_after_one_line)
        assert one_line(load(path)) == "openprofiles: Stopped. Go on with --from-line 2."
    assert names(shop) == ["Ann"]
    assert load(path, "--from-line", "2").stdout == "1 objects loaded, 0 rejected.\n"
    assert names(shop) == ["Ann", "Zoë"]


# --- as a process of its own


def test_the_command_loads_beside_a_server_in_a_process_of_its_own(
    shop: DomainApi, server: RunningServer, tmp_path: Path
) -> None:
    file = str(written(tmp_path, NDJSON))
    ended = run_command("load", "--domain", shop.domain, "--type", "crm", file, OPENPROFILES_DATA=str(server.data))
    assert (ended.returncode, ended.stdout) == (0, "2 objects loaded, 0 rejected.\n")
    assert names(shop) == ["Ann", "Zoë"]


def test_the_command_reads_a_pipe(shop: DomainApi, server: RunningServer, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "openprofiles.cli", "load", "--domain", shop.domain, "--type", "crm", "-"],
        input=NDJSON.encode(),
        cwd=tmp_path,
        env=clean_environment(OPENPROFILES_DATA=str(server.data), LC_ALL="C"),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.stdout == b"2 objects loaded, 0 rejected.\n"
    assert names(shop) == ["Ann", "Zoë"]


def test_objects_are_loaded_while_the_server_takes_others(
    shop: DomainApi, server: RunningServer, tmp_path: Path
) -> None:
    lines = [json.dumps({"id": str(number), "customer": f"c{number}"}) for number in range(2_000)]
    command = [sys.executable, "-m", "openprofiles.cli", "load", "--domain", shop.domain, "--type", "crm"]
    loading = subprocess.Popen(
        [*command, str(written(tmp_path, "\n".join(lines)))],
        env=clean_environment(OPENPROFILES_DATA=str(server.data)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    put = 0
    while loading.poll() is None:
        shop.put("crm", {"id": f"put {put}", "customer": f"c{put % 2_000}", "first": "Ann"})
        put += 1
    output, _ = loading.communicate()
    assert output == b"2000 objects loaded, 0 rejected.\n"
    assert (shop.stats()["ProfileCount"], shop.stats()["ObjectCount"]) == (2_000, 2_000 + put)
    assert put > 10


def test_a_store_without_a_server_is_loaded(tmp_path: Path) -> None:
    launched = launch(tmp_path)
    client = client_of(launched)
    client.create_domain(DomainName="shop", DefaultExpirationDays=366)
    DomainApi(client, "shop").define("crm", system("crm"))
    client.close()
    launched.stop()
    options = ("--domain", "shop", "--type", "crm", "--data", str(launched.data))
    assert run_command("load", *options, str(written(tmp_path, NDJSON))).stdout == "2 objects loaded, 0 rejected.\n"
    database = open_sqlite(launched.data / "openprofiles.sqlite3")
    assert len(contents(database)["profile_object"]) == 2
    database.close()
