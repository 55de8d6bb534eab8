"""The example of docs/testing.md passes, and the page names all that the plugin has."""

import re
from pathlib import Path

import pytest

import openprofiles.testing

from .project import run_tests

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
PLUGIN = Path(str(openprofiles.testing.__file__)).read_text(encoding="utf-8")
MARKER = "<!-- example: run by tests/testing/test_testing_page.py -->"

FILES = dict(re.findall(rf"{MARKER}\n```python\n# (\w+\.py)\n(.*?)```", PAGE, re.DOTALL))
FIXTURES = re.findall(r"^@pytest\.fixture.*\ndef (\w+)\(", PLUGIN, re.MULTILINE)
OPTIONS = re.findall(r'"(--[a-z-]+)", *\n? *metavar', PLUGIN)


def test_the_example_passes(tmp_path: Path) -> None:
    run = run_tests(tmp_path, FILES)
    assert (sorted(FILES), run.outcomes) == (["shop.py", "test_shop.py"], {"passed": 3}), run.said


def test_the_plugin_has_fixtures_and_options() -> None:
    assert (len(FIXTURES), len(OPTIONS)) == (6, 2)


@pytest.mark.parametrize("name", FIXTURES)
def test_the_page_describes_each_fixture(name: str) -> None:
    assert re.search(rf"^\| `{name}` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("name", OPTIONS)
def test_the_page_describes_each_option(name: str) -> None:
    assert re.search(rf"^\| `{name} URL` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("name", FIXTURES)
def test_the_name_of_a_fixture_says_whose_it_is(name: str) -> None:
    assert name.startswith(("openprofiles_", "customer_profiles_"))
