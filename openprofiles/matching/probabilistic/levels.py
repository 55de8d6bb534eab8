"""The comparisons of two records: their levels, and the SQL that tells the level. Level 0: a side says nothing."""

import msgspec

from openprofiles.matching.probabilistic.fields import EMAILS, PHONES, STREETS

CIRCLES = ("of one person", "of a household", "of unnamed people", "of several people", "of a crowd")
BANDS = ("1 in 30,000", "1 in 10,000", "1 in 3,000", "1 in 1,000", "1 in 300", "1 in 100", "more")
MISSING = "missing"


class Comparison(msgspec.Struct, frozen=True):
    """How two records are compared in one respect; `levels[0]` is always that a side is missing."""

    name: str
    fields: tuple[str, ...]
    levels: tuple[str, ...]
    sql: str


NEAR = """
CREATE OR REPLACE TEMP MACRO near(x, y) AS
    CASE WHEN abs(length(x) - length(y)) <= 2 AND least(length(x), length(y)) >= 3
            AND (left(x, 1) = left(y, 1) OR right(x, 2) = right(y, 2))
        THEN damerau_levenshtein(x, y) <= if(least(length(x), length(y)) >= 7, 2, 1) ELSE false END;
CREATE OR REPLACE TEMP MACRO near_code(x, y) AS
    CASE WHEN length(x) = length(y) THEN
        CASE hamming(x, y) WHEN 1 THEN true WHEN 2 THEN damerau_levenshtein(x, y) = 1 ELSE false END ELSE false END;
CREATE OR REPLACE TEMP MACRO near_number(x, y) AS
    length(rtrim(abs(x - y)::VARCHAR, '0')) <= 1
        OR rtrim(abs(x - y)::VARCHAR, '0') IN ('18', '27', '36', '45', '54', '63', '72', '81');
CREATE OR REPLACE TEMP MACRO near_email(x, y) AS
    CASE WHEN abs(length(x) - length(y)) <= 2 AND left(x, 1) = left(y, 1) THEN
        CASE WHEN levenshtein(x, y) <= 2 THEN
            regexp_replace(x, '[^0-9]', '', 'g') = regexp_replace(y, '[^0-9]', '', 'g') ELSE false END
        ELSE false END
"""
"""Guards first, and so that a missing value ends there: edit distance is the dearest thing here. Numbers are near with
one digit wrong or two swapped; mailboxes only with the same digits, since those of namesakes differ by a digit."""

FIRST_NAME = Comparison(
    "first name",
    ("FirstName",),
    (
        MISSING,
        *(f"same, {band}" for band in BANDS),
        "nickname or short form",
        "initial only",
        "near",
        "first and last name swapped",
        "different",
    ),
    """CASE
        WHEN a.first IS NULL OR b.first IS NULL THEN 0
        WHEN length(a.first) = 1 OR length(b.first) = 1 THEN
            CASE WHEN left(a.first, 1) = left(b.first, 1) THEN 9 WHEN swapped THEN 11 ELSE 12 END
        WHEN a.first = b.first THEN a.first_band
        WHEN a.given = b.given THEN 8
        WHEN swapped THEN 11
        WHEN a.first_whole = b.first_whole OR near(a.first, b.first) THEN 10
        WHEN least(length(a.first), length(b.first)) >= 3
            AND (starts_with(a.first, b.first) OR starts_with(b.first, a.first)) THEN 8
        ELSE 12 END""",
)
LAST_NAME = Comparison(
    "last name",
    ("LastName",),
    (MISSING, *(f"same, {band}" for band in BANDS), "part of a double name", "near", "different"),
    """CASE
        WHEN a.last IS NULL OR b.last IS NULL THEN 0
        WHEN a.last = b.last THEN a.last_band
        WHEN swapped AND coalesce(a.first <> b.first, true) THEN 0
        WHEN near(a.last, b.last) THEN 9
        WHEN a.last IN (b.last_head, b.last_tail) OR b.last IN (a.last_head, a.last_tail) THEN 8
        WHEN length(a.last) = 1 AND left(b.last, 1) = a.last OR length(b.last) = 1 AND left(a.last, 1) = b.last THEN 0
        ELSE 10 END""",
)
MIDDLE_NAME = Comparison(
    "middle name",
    ("MiddleName",),
    (MISSING, "same", "same initial", "different"),
    """CASE
        WHEN a.middle IS NULL OR b.middle IS NULL THEN 0
        WHEN a.middle = b.middle AND length(a.middle) > 1 THEN 1
        WHEN left(a.middle, 1) = left(b.middle, 1) THEN 2
        ELSE 3 END""",
)
BIRTH_DATE = Comparison(
    "date of birth",
    ("BirthDate",),
    (
        MISSING,
        "same",
        "day and month swapped",
        "day or month differs",
        "year mistyped",
        "same day, other year",
        "same year, 1 January on a side",
        "same year",
        "up to 15 years apart",
        "more than 15 years apart",
    ),
    """CASE
        WHEN a.birth IS NULL OR b.birth IS NULL THEN 0
        WHEN a.birth = b.birth THEN 1
        WHEN a.birth_year = b.birth_year THEN CASE
            WHEN a.birth_month = b.birth_day AND a.birth_day = b.birth_month THEN 2
            WHEN a.birth % 10000 = 101 OR b.birth % 10000 = 101 THEN 6
            WHEN a.birth_month = b.birth_month OR a.birth_day = b.birth_day THEN 3
            ELSE 7 END
        WHEN a.birth % 10000 = b.birth % 10000 THEN
            CASE WHEN near_number(a.birth_year, b.birth_year) THEN 4 ELSE 5 END
        WHEN abs(a.birth_year - b.birth_year) <= 15 THEN 8
        ELSE 9 END""",
)
# Two of the same first name are of one gender as a rule: it would be counted twice.
GENDER = Comparison(
    "gender",
    ("Gender",),
    (MISSING, "same", "different"),
    """CASE
        WHEN a.gender IS NULL OR b.gender IS NULL OR a.given = b.given THEN 0
        WHEN a.gender = b.gender THEN 1
        ELSE 2 END""",
)
PHONE = Comparison(
    "phone",
    PHONES,
    (
        MISSING,
        *(f"shared, {circle}" for circle in CIRCLES),
        "two or more shared",
        "near",
        "different",
        "different mobiles",
    ),
    """CASE
        WHEN a.phones IS NULL OR b.phones IS NULL THEN 0
        WHEN phones_shared >= 2 AND phone_best // 1000000000 <= 3 THEN 6
        WHEN phones_shared >= 1 THEN phone_best // 1000000000
        WHEN near_number(a.phones[1] % 1000000000, b.phones[1] % 1000000000)
            OR a.phones[1] % 10000000 = b.phones[1] % 10000000 OR near_number(a.mobile, b.mobile) THEN 7
        WHEN a.mobile IS NOT NULL AND b.mobile IS NOT NULL THEN 9
        ELSE 8 END""",
)
EMAIL = Comparison(
    "e-mail",
    EMAILS,
    (
        MISSING,
        *(f"shared, {circle}" for circle in CIRCLES),
        "two or more shared",
        "same mailbox name elsewhere",
        "near",
        "different",
    ),
    """CASE
        WHEN a.emails IS NULL OR b.emails IS NULL THEN 0
        WHEN emails_shared >= 2 AND (email_best >> 60) <= 3 THEN 6
        WHEN emails_shared >= 1 THEN email_best >> 60
        WHEN list_has_any(a.mailboxes, b.mailboxes) THEN 7
        WHEN near_email(a.address1, b.address1) OR near_email(a.address1, b.address2)
            OR near_email(a.address2, b.address1) OR near_email(a.address2, b.address2) THEN 8
        WHEN a.mailbox = b.mailbox THEN 0
        ELSE 9 END""",
)
STREET = Comparison(
    "street",
    STREETS,
    (
        MISSING,
        *(f"same house, {circle}" for circle in CIRCLES),
        "same number, street near",
        "same street, other number",
        "same number, other street",
        "different",
    ),
    """CASE
        WHEN a.street IS NULL OR b.street IS NULL THEN 0
        WHEN a.house = b.house AND a.street = b.street THEN least(a.home_circle, b.home_circle)
        WHEN a.house = b.house AND (near(a.street, b.street)
            OR contains(a.street, b.street) OR contains(b.street, a.street)) THEN 6
        WHEN a.street = b.street OR a.street = b.street2 OR a.street2 = b.street OR near(a.street, b.street) THEN 7
        WHEN a.house = b.house THEN 8
        ELSE 9 END""",
)
PLACE = Comparison(
    "place",
    ("Address.City", "Address.State", "Address.Province", "Address.PostalCode"),
    (
        MISSING,
        "same postal code",
        "same postal code, other city",
        "same city",
        "same city, near postal code",
        "same city, other postal code",
        "near postal code",
        "same state",
        "different",
    ),
    """CASE
        WHEN (a.zip IS NULL OR b.zip IS NULL) AND (a.city IS NULL OR b.city IS NULL) THEN 0
        WHEN a.zip = b.zip THEN CASE WHEN coalesce(a.city = b.city OR near(a.city, b.city), true) THEN 1 ELSE 2 END
        WHEN a.city = b.city OR near(a.city, b.city) THEN CASE
            WHEN a.zip IS NULL OR b.zip IS NULL THEN 3
            WHEN near_code(a.zip, b.zip) THEN 4
            ELSE 5 END
        WHEN near_code(a.zip, b.zip) THEN 6
        WHEN a.state = b.state THEN 7
        ELSE 8 END""",
)
BUSINESS = Comparison(
    "business",
    ("BusinessName",),
    (MISSING, "same", "near", "different"),
    """CASE
        WHEN a.business IS NULL OR b.business IS NULL THEN 0
        WHEN a.business = b.business THEN 1
        WHEN near(a.business, b.business)
            OR least(length(a.business), length(b.business)) >= 4
                AND (contains(a.business, b.business) OR contains(b.business, a.business)) THEN 2
        ELSE 3 END""",
)
ACCOUNT = Comparison(
    "account number",
    ("AccountNumber",),
    (MISSING, "same", "same, of several people", "near", "different"),
    """CASE
        WHEN a.account IS NULL OR b.account IS NULL THEN 0
        WHEN a.account = b.account THEN if(a.account_circle <= 3, 1, 2)
        WHEN length(a.account) >= 5 AND near(a.account, b.account) THEN 3
        ELSE 4 END""",
)

COMPARISONS = (
    FIRST_NAME,
    LAST_NAME,
    MIDDLE_NAME,
    BIRTH_DATE,
    GENDER,
    PHONE,
    EMAIL,
    STREET,
    PLACE,
    BUSINESS,
    ACCOUNT,
)
