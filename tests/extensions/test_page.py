"""docs/extensions.md has every row of the table, as it is."""

from .page import PAGE, TABLE, table


def test_the_page_has_the_table_of_the_program() -> None:
    """`python -m tests.extensions.page` writes it."""
    assert TABLE.findall(PAGE.read_text(encoding="utf-8")) == [table()]
