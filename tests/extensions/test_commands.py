"""The commands that the table makes: what they send, and what they print."""

import json
from pathlib import Path

import pytest
import typer.main

from openprofiles import cli
from openprofiles.descriptions import descriptions
from openprofiles.settings import SettingsError

from .conftest import Run
from .listener import Listen, answer, in_chunks

DRY_RUN = ("things", "dry-run", "shop")


# --- members


def test_a_member_of_the_path_is_an_argument(listen: Listen, run: Run) -> None:
    listener = listen(answer({"Items": []}))
    run(listener, "things", "list", "shop")
    assert listener.targets == ["GET /-/domains/shop/things"]


def test_members_of_the_query_are_options(listen: Listen, run: Run) -> None:
    listener = listen(answer({"Items": []}))
    run(listener, "things", "list", "shop", "--names", "a", "--names", "b", "--no-hidden", "--since", "2026-01-02")
    assert listener.targets == ["GET /-/domains/shop/things?hidden=false&name=a&name=b&since=2026-01-02"]


def test_plain_members_of_the_body_are_options(listen: Listen, run: Run) -> None:
    listener = listen(answer({}))
    run(listener, *DRY_RUN, "--object", "{}", "--max-parts", "3", "--share", "0.5", "--strict", "--kind", "NEW")
    assert listener.bodies == [{"Object": "{}", "MaxParts": 3, "Share": 0.5, "Strict": True, "Kind": "NEW"}]


def test_members_with_a_structure_are_json(listen: Listen, run: Run) -> None:
    listener = listen(answer({}))
    rules = ("--rule", '{"Name": "a"}', "--rules", '[{"Name": "b"}]', "--any-value", "1.50")
    assert run(listener, *DRY_RUN, "--object", "{}", *rules).exit_code == 0
    [(_, body)] = listener.asked
    assert body == b'{"AnyValue":1.50,"Object":"{}","Rule":{"Name": "a"},"Rules":[{"Name": "b"}]}'


def test_json_and_long_texts_can_come_from_a_file_or_standard_input(listen: Listen, run: Run, tmp_path: Path) -> None:
    listener, file = listen(answer({})), tmp_path / "rule.json"
    file.write_text('{"Name": "é"}', encoding="utf-8")
    run(listener, *DRY_RUN, "--rule", f"@{file}", "--object", "-", text='{"id": 1}')
    assert listener.bodies == [{"Object": '{"id": 1}', "Rule": {"Name": "é"}}]


def test_a_short_text_is_what_it_is(listen: Listen, run: Run) -> None:
    listener = listen(answer({}))
    run(listener, *DRY_RUN, "--object", "{}", "--note", "@home")
    assert listener.bodies == [{"Object": "{}", "Note": "@home"}]


def test_a_text_of_the_query_is_what_it_is(listen: Listen, run: Run) -> None:
    listener = listen(answer({"Items": []}))
    run(listener, "things", "list", "shop", "--contains", "@home")
    assert listener.targets == ["GET /-/domains/shop/things?contains=%40home"]


def test_a_number_that_is_zero_is_sent(listen: Listen, run: Run) -> None:
    listener = listen(answer({}))
    run(listener, "clock", "set", "--now", "0")
    assert listener.bodies == [{"Now": 0}]


def test_what_is_not_json_is_refused_before_a_call(listen: Listen, run: Run) -> None:
    listener = listen()
    ended = run(listener, *DRY_RUN, "--object", "{}", "--rule", "{")
    assert str(ended.exception) == "--rule is not JSON: Input data was truncated."
    assert listener.asked == []


def test_a_file_that_is_not_there_is_refused(listen: Listen, run: Run) -> None:
    ended = run(listen(), *DRY_RUN, "--object", "@/nowhere")
    assert str(ended.exception) == "Can not read /nowhere: No such file or directory."


def test_a_member_that_must_be_given_is_a_required_option(listen: Listen, run: Run) -> None:
    ended = run(listen(), *DRY_RUN)
    assert ended.exit_code == 2
    assert "--object" in ended.output


def test_help_says_how_members_are_given(listen: Listen, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    shown = " ".join(run(listen(), *DRY_RUN[:2], "--help").output.split())
    assert "JSON, @FILE, or - for standard input." in shown
    assert "Text, @FILE, or - for standard input." in shown
    assert "NEW|OLD" in shown


# --- answers


def test_an_answer_is_printed_as_json_with_its_numbers_as_they_came(listen: Listen, run: Run) -> None:
    ended = run(listen(answer('{"Items":["é"],"Total":1.50}'.encode())), "things", "list", "shop")
    assert ended.stdout == '{\n  "Items": [\n    "é"\n  ],\n  "Total": 1.50\n}\n'


def test_a_page_is_printed_with_its_token(listen: Listen, run: Run) -> None:
    listener = listen(answer({"Items": ["a"], "NextToken": "t1"}))
    assert json.loads(run(listener, "things", "list", "shop").stdout) == {"Items": ["a"], "NextToken": "t1"}


def test_all_pages_are_printed_as_one(listen: Listen, run: Run) -> None:
    listener = listen(
        answer({"Items": ["a"], "Total": 1, "NextToken": "t1"}),
        answer({"Items": ["b"], "Total": 2, "NextToken": "t2"}),
        answer({"Items": [], "Total": 3}),
    )
    ended = run(listener, "things", "list", "shop", "--all", "--hidden")
    assert json.loads(ended.stdout) == {"Items": ["a", "b"], "Total": 3}
    assert [target.partition("?")[2] for target in listener.targets] == [
        "hidden=true",
        "hidden=true&next-token=t1",
        "hidden=true&next-token=t2",
    ]


def test_where_a_page_fails_those_before_it_are_printed_with_their_token(listen: Listen, run: Run) -> None:
    refusal = answer({"Message": "Slower."}, "429 Too Many", "x-amzn-ErrorType: ThrottlingException")
    listener = listen(answer({"Items": ["a"], "NextToken": "t1"}), refusal)
    ended = run(listener, "things", "list", "shop", "--all")
    assert json.loads(ended.stdout) == {"Items": ["a"], "NextToken": "t1"}
    assert str(ended.exception) == "ThrottlingException: Slower."


def test_lines_are_printed_as_they_come(listen: Listen, run: Run) -> None:
    ended = run(listen(in_chunks(b'{"a":1}\n', b'{"a":2}\n')), "things", "export", "shop")
    assert ended.stdout == '{"a":1}\n{"a":2}\n'


def test_an_error_is_one_line_for_the_command_line(listen: Listen, run: Run) -> None:
    refusal = answer({"Message": "Wrong."}, "400 Bad Request", "x-amzn-ErrorType: BadRequestException")
    ended = run(listen(refusal), "things", "list", "shop")
    assert isinstance(ended.exception, SettingsError)
    assert (str(ended.exception), ended.stdout) == ("BadRequestException: Wrong.", "")


# --- the table as it is


def test_every_extension_has_a_command_of_its_own() -> None:
    groups = typer.main.get_command(cli.commands).commands  # type: ignore[attr-defined]
    for one in descriptions():
        below = groups[one.noun].commands if one.noun else groups
        assert one.verb in below, one.operation.name
    assert len({(one.noun, one.verb) for one in descriptions()}) == len(descriptions())


def test_no_group_of_extensions_has_the_name_of_another_command() -> None:
    names = [group.name for group in cli.commands.registered_groups]
    names += [one.name or getattr(one.callback, "__name__", None) for one in cli.commands.registered_commands]
    assert len(set(names)) == len(names)
