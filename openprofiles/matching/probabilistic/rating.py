"""How much a value says: how common a name is, and how many people hold a phone, a mailbox or an address.

Holders are counted by first initials, or by generations where those are more, and not by records: duplicates of one
person do not make a value look shared.
"""

import duckdb

RATES = """
CREATE OR REPLACE TEMP MACRO name_band(share) AS
    CASE WHEN share < 1 / 30000 THEN 1 WHEN share < 1 / 10000 THEN 2 WHEN share < 1 / 3000 THEN 3
        WHEN share < 1 / 1000 THEN 4 WHEN share < 1 / 300 THEN 5 WHEN share < 1 / 100 THEN 6 ELSE 7 END::TINYINT;
CREATE OR REPLACE TEMP MACRO people(given, birth_year) AS greatest(
    bit_count(bit_or(1::UBIGINT << ((ord(given) + 31) % 64)::UBIGINT)),
    coalesce(bit_count(bit_or(1::UBIGINT << (birth_year // 15 % 64)::UBIGINT)), 0));
CREATE OR REPLACE TEMP MACRO circle(people, named) AS
    CASE WHEN people >= 12 THEN 5 WHEN people >= 4 THEN 4 WHEN people >= 2 THEN 2 WHEN named >= 2 THEN 1
        ELSE 3 END::TINYINT
"""
"""Who holds a value: 1 one person, 2 a household, 3 unknown since records have no names, 4 more people, as with a
switchboard, 5 a crowd, as with a placeholder."""

FIRST_NAMES = """
CREATE OR REPLACE TABLE first_name AS
SELECT first, count(*) AS holders,
    name_band(count(*) / (SELECT count(*) FROM unrated)) AS band
FROM unrated WHERE first IS NOT NULL GROUP BY first
"""
LAST_NAMES = """
CREATE OR REPLACE TABLE last_name AS
SELECT last, count(*) AS holders, name_band(count(*) / (SELECT count(*) FROM unrated)) AS band
FROM unrated WHERE last IS NOT NULL GROUP BY last
"""
USUAL_DATES = """
CREATE OR REPLACE TABLE unlikely_date AS
WITH counted AS (SELECT birth, count(DISTINCT last) AS holders FROM unrated WHERE birth IS NOT NULL GROUP BY birth)
SELECT birth FROM counted WHERE holders > 8 + 25 * (SELECT sum(holders) / count(*) FROM counted)
"""
"""Dates of birth that far more people, by last name, have than any real one: what a form fills in."""

PHONES = """
CREATE OR REPLACE TABLE phone AS
SELECT value,
    circle(people(given, birth_year), count(given)) AS circle, count(*) AS holders
FROM (SELECT unnest(phones) AS value, given, birth_year FROM unrated) GROUP BY value
"""
EMAILS = """
CREATE OR REPLACE TABLE email AS
SELECT value,
    circle(people(given, birth_year), count(given)) AS circle, count(*) AS holders
FROM (SELECT unnest(emails) AS value, given, birth_year FROM unrated) GROUP BY value
"""
HOMES = """
CREATE OR REPLACE TABLE home AS
SELECT hash(house, street, coalesce(zip, city)) AS value,
    circle(people(given, birth_year), count(given)) AS circle, count(*) AS holders
FROM unrated WHERE house IS NOT NULL AND street IS NOT NULL GROUP BY value
"""
ACCOUNTS = """
CREATE OR REPLACE TABLE account_holder AS
SELECT account AS value,
    circle(people(given, birth_year), count(given)) AS circle, count(*) AS holders
FROM unrated WHERE account IS NOT NULL GROUP BY value
"""

RATED_PHONES = """
CREATE OR REPLACE TABLE phones_of AS
SELECT id, list(circle::BIGINT * 1000000000 + value ORDER BY circle, value) AS phones
FROM (SELECT id, unnest(phones) AS value FROM unrated) JOIN phone USING (value) GROUP BY id
"""
"""A phone as one number whose head is its circle: the least of the shared ones is the most telling."""

DISTINCTIVE = r"""
CREATE OR REPLACE TEMP MACRO distinctive(mailbox, first, last) AS
    length(replace(replace(mailbox, first, ''), last, '')) >= 5
"""
"""Whether a mailbox's name says more than that of its owner: namesakes have those of their names in common."""

RATED_EMAILS = """
CREATE OR REPLACE TABLE emails_of AS
SELECT id, list((circle::UBIGINT << 60) | (hash(value) >> 4) ORDER BY circle, value) AS emails,
    list(value ORDER BY circle, value) AS addresses,
    list(DISTINCT hash(mailbox)) FILTER (distinctive(mailbox, first, last)) AS mailboxes
FROM (SELECT id, value, split_part(value, '@', 1) AS mailbox, first, last, circle
    FROM (SELECT id, first, last, unnest(emails) AS value FROM unrated) JOIN email USING (value))
GROUP BY id
"""

RECORDS = """
CREATE OR REPLACE TABLE record AS
SELECT
    id, row, first, first_whole, given, first_name.band AS first_band,
    last, last_head, last_tail, last_name.band AS last_band, middle,
    CASE WHEN unlikely_date.birth IS NULL THEN unrated.birth END AS birth,
    CASE WHEN unlikely_date.birth IS NULL THEN birth_year END AS birth_year,
    CASE WHEN unlikely_date.birth IS NULL THEN birth_month END AS birth_month,
    CASE WHEN unlikely_date.birth IS NULL THEN birth_day END AS birth_day,
    gender, mobile, phones_of.phones, emails_of.emails, emails_of.mailboxes,
    emails_of.addresses[1] AS address1, emails_of.addresses[2] AS address2,
    split_part(emails_of.addresses[1], '@', 1) AS mailbox,
    given || '|' || left(last, 1) || regexp_replace(substr(last, 2), '[aeiouyhw]', '', 'g') AS sound,
    least(left(first, 1), left(last, 1)) || greatest(left(first, 1), left(last, 1)) AS initials,
    business, account, account_holder.circle AS account_circle,
    house, street, street2, home.circle AS home_circle, city, state, zip
FROM unrated
LEFT JOIN first_name USING (first)
LEFT JOIN last_name USING (last)
LEFT JOIN unlikely_date ON unlikely_date.birth = unrated.birth
LEFT JOIN phones_of USING (id)
LEFT JOIN emails_of USING (id)
LEFT JOIN home ON home.value = hash(house, street, coalesce(zip, city)) AND house IS NOT NULL AND street IS NOT NULL
LEFT JOIN account_holder ON account_holder.value = account
ORDER BY id
"""

STEPS = (
    RATES,
    FIRST_NAMES,
    LAST_NAMES,
    USUAL_DATES,
    PHONES,
    EMAILS,
    HOMES,
    ACCOUNTS,
    RATED_PHONES,
    DISTINCTIVE,
    RATED_EMAILS,
    RECORDS,
)


def rate(database: duckdb.DuckDBPyConnection) -> None:
    """Makes the table `record`, by record number, of `unrated`; the tables of values stay for totals and reports."""
    for statement in STEPS:
        database.execute(statement)
    database.execute("DROP TABLE unrated")
