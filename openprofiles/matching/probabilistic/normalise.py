"""Rows → records: values in normal form, with a dense number in the order of the row numbers."""

from typing import TypeAlias

import duckdb
import pyarrow as pa

from openprofiles.matching.probabilistic.fields import FIELDS, ROW
from openprofiles.matching.probabilistic.nicknames import nickname_pairs
from openprofiles.matching.probabilistic.normal_forms import MACROS

Rows: TypeAlias = pa.Table | pa.RecordBatchReader

SHAPED = """
SELECT
    "Row"::BIGINT AS row,
    words("FirstName") AS given,
    words("MiddleName") AS middle,
    words("LastName") AS family,
    contains("FirstName", ',') OR contains("LastName", ',') AS comma,
    date_number("BirthDate") AS birth,
    gender_letter("Gender") AS gender,
    phone_digits("PhoneNumber") AS phone1,
    phone_digits("MobilePhoneNumber") AS mobile,
    phone_digits("HomePhoneNumber") AS phone2,
    phone_digits("BusinessPhoneNumber") AS phone3,
    lower(trim("EmailAddress")) AS email1,
    lower(trim("PersonalEmailAddress")) AS email2,
    lower(trim("BusinessEmailAddress")) AS email3,
    business_name("BusinessName") AS business,
    ltrim(characters("AccountNumber"), '0') AS account,
    street_line(concat_ws(' ', "Address.Address1",
        CASE WHEN NOT regexp_matches("Address.Address1", '[0-9]') THEN "Address.Address2" END)) AS line1,
    street_line("Address.Address2") AS line2,
    letters("Address.City") AS city,
    coalesce(letters("Address.State"), letters("Address.Province")) AS state,
    characters("Address.PostalCode") AS zip
FROM incoming
"""
REAL = f"""
CREATE OR REPLACE TABLE plain AS
SELECT
    row,
    somebody(untitled(given)) AS given,
    somebody(untitled(middle)) AS middle,
    somebody(untitled(family)) AS family,
    comma,
    real_date(birth) AS birth,
    gender,
    real_phone(phone1) AS phone1,
    real_phone(mobile) AS mobile,
    real_phone(phone2) AS phone2,
    real_phone(phone3) AS phone3,
    real_email(email1) AS email1,
    real_email(email2) AS email2,
    real_email(email3) AS email3,
    business,
    real_account(account) AS account,
    nullif(regexp_extract(line1, '\\b(\\d+)', 1), '') AS house,
    street_words(line1) AS street,
    street_words(line2) AS street2,
    city,
    state,
    real_postal_code(zip) AS zip
FROM ({SHAPED})
"""  # noqa: S608  constants

WHOLE_NAMES = """
CREATE OR REPLACE TABLE named AS
SELECT
    * EXCLUDE (given, family, comma),
    CASE
        WHEN given IS NULL AND comma AND contains(family, ' ') THEN split_part(family, ' ', -1)
        WHEN given IS NULL AND split_whole(family) THEN split_part(family, ' ', 1)
        WHEN family IS NULL AND comma AND contains(given, ' ') THEN split_part(given, ' ', -1)
        ELSE given END AS given,
    CASE
        WHEN given IS NULL AND comma AND contains(family, ' ') THEN split_part(family, ' ', 1)
        WHEN given IS NULL AND split_whole(family) THEN split_part(family, ' ', -1)
        WHEN family IS NULL AND comma AND contains(given, ' ') THEN split_part(given, ' ', 1)
        WHEN family IS NULL AND contains(given, ' ') THEN split_part(given, ' ', -1)
        ELSE family END AS family
FROM plain
"""
"""A whole name in one of the two fields is taken apart, in either order."""

SPLIT_WHOLE = """
CREATE OR REPLACE TEMP MACRO split_whole(x) AS contains(x, ' ') AND NOT regexp_matches(x,
    '^(van|von|de|da|del|della|la|le|el|al|mc|mac|st|san|di|dos|du|der|den|ten|ter|bin|ibn|abu|o) ')
"""

RECORDS = """
CREATE OR REPLACE TABLE unrated AS
SELECT
    (row_number() OVER (ORDER BY row) - 1)::INTEGER AS id,
    row,
    split_part(given, ' ', 1) AS first,
    coalesce(stands_for, split_part(given, ' ', 1)) AS given,
    replace(given, ' ', '') AS first_whole,
    replace(family, ' ', '') AS last,
    split_part(family, ' ', 1) AS last_head,
    split_part(family, ' ', -1) AS last_tail,
    coalesce(split_part(middle, ' ', 1), nullif(split_part(given, ' ', 2), '')) AS middle,
    birth,
    (birth // 10000)::SMALLINT AS birth_year,
    (birth // 100 % 100)::TINYINT AS birth_month,
    (birth % 100)::TINYINT AS birth_day,
    gender,
    mobile,
    list_distinct(list_filter([mobile, phone1, phone2, phone3], lambda x: x IS NOT NULL)) AS phones,
    list_distinct(list_filter([email1, email2, email3], lambda x: x IS NOT NULL)) AS emails,
    business,
    account,
    house,
    street,
    street2,
    city,
    state,
    zip
FROM named LEFT JOIN nickname ON name = split_part(given, ' ', 1)
"""

ROWS_OF_A_PART = 16_384
COUNT_ROWS = "SELECT count(*), count(DISTINCT row) FROM plain"


class RowsNotNumbered(ValueError):
    """Each row needs a number of its own in the column `Row`."""


def normalise(database: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Makes the table `unrated` of the rows; the number of records."""
    names, stand_for = zip(*nickname_pairs(), strict=True)
    database.register("nickname", pa.table({"name": names, "stands_for": stand_for}))
    for macro in (*MACROS, SPLIT_WHOLE):
        database.execute(macro)
    database.register("rows_as_given", _in_parts(rows))
    database.execute(incoming_sql(rows.schema))
    database.execute(REAL)
    database.unregister("rows_as_given")
    count, distinct = database.execute(COUNT_ROWS).fetchall()[0]
    if count != distinct:
        raise RowsNotNumbered(f"{count} rows have {distinct} different numbers in the column {ROW}")
    for statement in (WHOLE_NAMES, "DROP TABLE plain", RECORDS, "DROP TABLE named"):
        database.execute(statement)
    return int(count)


def _in_parts(rows: Rows) -> Rows:
    """A table in batches that threads can share; a stream is read by one."""
    if isinstance(rows, pa.Table):
        return pa.Table.from_batches(rows.to_batches(max_chunksize=ROWS_OF_A_PART), rows.schema)
    return rows


def incoming_sql(schema: pa.Schema) -> str:
    """A view of the rows that has every column of the engine, empty where the rows have none."""
    if ROW not in schema.names:
        raise RowsNotNumbered(f"the rows have no column {ROW}")
    columns = (f'"{name}"::VARCHAR' if name in schema.names else "NULL::VARCHAR" for name in FIELDS)
    listed = ", ".join(f'{column} AS "{name}"' for column, name in zip(columns, FIELDS, strict=True))
    return f'CREATE OR REPLACE TEMP VIEW incoming AS SELECT "{ROW}", {listed} FROM rows_as_given'  # noqa: S608  constants
