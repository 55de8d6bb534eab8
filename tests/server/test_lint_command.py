"""`openprofiles lint`: what hurts in a mapping that lies in a file."""

import json
from pathlib import Path

import pytest

from tests.api.mappings import system

from .process import run_command


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    file = tmp_path / "crm.json"
    file.write_text(json.dumps({"DomainName": "shop", "ObjectTypeName": "crm", **system("crm")}))
    return file


def test_findings_are_lines_and_a_warning_is_status_1(mapping: Path) -> None:
    told = run_command("lint", str(mapping))
    assert told.returncode == 1
    assert any(line.startswith("warning: WrongContentType email: ") for line in told.stdout.splitlines())


def test_a_sample_object_is_looked_at_too(mapping: Path, tmp_path: Path) -> None:
    sample = tmp_path / "sample.json"
    sample.write_text('{"id": "1", "customer": "n/a"}')
    told = run_command("lint", str(mapping), "--object", str(sample))
    assert "PlaceholderValue customer" in told.stdout


def test_a_mapping_in_which_nothing_hurts_is_status_0(tmp_path: Path) -> None:
    file = tmp_path / "good.json"
    fields = {"id": {"Source": "_source.id"}, "email": {"Source": "_source.email", "ContentType": "EMAIL_ADDRESS"}}
    keys = {"crmId": [{"StandardIdentifiers": ["UNIQUE", "PROFILE"], "FieldNames": ["id"]}]}
    keys["_email"] = [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["email"]}]
    fields["email"]["Target"] = "_profile.EmailAddress"
    file.write_text(json.dumps({"AllowProfileCreation": True, "Fields": fields, "Keys": keys}))
    told = run_command("lint", str(file))
    assert (told.returncode, told.stdout) == (0, "0 findings.\n")


def test_a_definition_by_a_template_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "contact.json"
    file.write_text('{"TemplateId": "Salesforce-Contact"}')
    told = run_command("lint", str(file))
    assert (told.returncode, told.stdout) == (0, "0 findings.\n")


@pytest.mark.parametrize("text", ["{", "[]", '{"Fields": 1}', '{"Fields": {}, "Keys": {}}'])
def test_what_is_no_mapping_is_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text)
    told = run_command("lint", str(file))
    assert (told.returncode, len(told.stderr.splitlines())) == (1, 1)
