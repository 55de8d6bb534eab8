import pytest

from openprofiles.matching.probabilistic import PackagesMissing, packages, require_packages


def test_nothing_is_said_where_all_packages_are_there() -> None:
    require_packages()


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "PACKAGES", ("msgspec", "no_such_package"))

    with pytest.raises(PackagesMissing, match=r"needs no_such_package: pip install openprofiles\[matching\]"):
        require_packages()
