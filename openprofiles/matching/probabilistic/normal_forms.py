"""Normal forms of values, as SQL macros: NULL where a value says nothing.

A macro's argument is written out wherever it is used, so each works in two steps: one brings a value into shape
(`phone_digits`), the next, on that column, refuses what says nothing (`real_phone`).
"""

FOLDED = r"""
CREATE OR REPLACE TEMP MACRO folded(x) AS
    translate(strip_accents(lower(trim(x))), 'łøđðıßæœþ''’`´', 'loddisaot')
"""
"""Lower case without accents and apostrophes; letters that Unicode does not take apart go to their base letter."""

WORDS = r"""
CREATE OR REPLACE TEMP MACRO words(x) AS
    nullif(trim(regexp_replace(folded(x), '[^\p{L}\p{M}]+', ' ', 'g')), '')
"""

NOBODY = (
    "unknown test testing none null customer guest anonymous anon tbd na nan blank user client name fnu lnu "
    "noname xx xxx xxxx undefined missing notprovided notavailable notapplicable firstname lastname unbekannt inconnu"
)
"""What stands in a name where nobody's name is known (written together)."""

PERSON_NAME = rf"""
CREATE OR REPLACE TEMP MACRO untitled(words) AS
    nullif(regexp_replace(regexp_replace(words,
        '^(mr|mrs|ms|miss|dr|prof|sir|herr|frau|mme|mlle)\s+', ''),
        '\s+(jr|sr|ii|iii|iv|phd|md|esq)$', ''), '');
CREATE OR REPLACE TEMP MACRO somebody(named) AS
    CASE WHEN replace(named, ' ', '') NOT IN {tuple(NOBODY.split())!r} THEN named END
"""

DIGITS = r"""
CREATE OR REPLACE TEMP MACRO phone_digits(x) AS
    ltrim(regexp_replace(regexp_replace(lower(x), '([0-9])[\s,;(]*(ext|x|#).*$', '\1'), '[^0-9]', '', 'g'), '0')
"""

PHONE = r"""
CREATE OR REPLACE TEMP MACRO real_phone(digits) AS
    CASE
        WHEN length(digits) < 7 OR replace(digits, digits[-1], '') = '' THEN NULL
        WHEN contains('01234567890123456789', digits) OR contains('98765432109876543210', digits) THEN NULL
        WHEN replace(right(digits, 9), digits[-1], '') = '' THEN NULL
        ELSE right(digits, 9)::BIGINT END
"""
"""The last nine digits: they are the same with and without country code and trunk zero."""

EMAIL = r"""
CREATE OR REPLACE TEMP MACRO real_email(address) AS
    CASE
        WHEN NOT regexp_full_match(address, '[^@\s]+@[^@\s]+\.[^@\s.]{2,}') THEN NULL
        WHEN regexp_matches(address, '^(no-?reply|none|na|noemail|nobody|test|example|unknown|xx+)@') THEN NULL
        ELSE regexp_replace(split_part(split_part(address, '@', 1), '+', 1), '[._-]', '', 'g')
            || '@' || split_part(address, '@', 2) END
"""
"""Without what mail servers ignore in the local part: a tag behind `+`, and dots and the like between words."""

BIRTH_DATE = r"""
CREATE OR REPLACE TEMP MACRO full_year(y) AS
    CASE WHEN y >= 100 THEN y WHEN y > 25 THEN 1900 + y ELSE 2000 + y END;
CREATE OR REPLACE TEMP MACRO month_number(x) AS
    1 + (position(lower(x[1:3]) IN 'janfebmaraprmayjunjulaugsepoctnovdec') - 1) // 3;
CREATE OR REPLACE TEMP MACRO year_first(x) AS
    regexp_extract(x, '^\s*(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})', ['y', 'm', 'd']);
CREATE OR REPLACE TEMP MACRO year_last(x) AS
    regexp_extract(x, '^\s*(\d{1,2})([-/. ])(\d{1,2})[-/. ](\d{4}|\d{2})\s*$', ['a', 's', 'b', 'y']);
CREATE OR REPLACE TEMP MACRO year_last_unparted(x) AS
    regexp_extract(x, '^\s*(\d{2})()(\d{2})(\d{4})\s*$', ['a', 's', 'b', 'y']);
CREATE OR REPLACE TEMP MACRO day_month_name(x) AS
    regexp_extract(x, '^\s*(\d{1,2})[-. a-z]*[-. ]([A-Za-z]{3})[A-Za-z]*[-., ]+(\d{4}|\d{2})\b', ['d', 'm', 'y']);
CREATE OR REPLACE TEMP MACRO month_name_day(x) AS
    regexp_extract(x, '^\s*([A-Za-z]{3})[A-Za-z]*[-. ]+(\d{1,2})[a-z]*[-., ]+(\d{4})\b', ['m', 'd', 'y']);
CREATE OR REPLACE TEMP MACRO of_year_first(p) AS
    p.y::INT * 10000 + p.m::INT * 100 + p.d::INT;
CREATE OR REPLACE TEMP MACRO of_year_last(p) AS
    full_year(p.y::INT) * 10000 + CASE
        WHEN p.a::INT > 12 OR (p.s = '.' AND p.b::INT <= 12) THEN p.b::INT * 100 + p.a::INT
        ELSE p.a::INT * 100 + p.b::INT END;
CREATE OR REPLACE TEMP MACRO of_month_name(p) AS
    full_year(p.y::INT) * 10000 + month_number(p.m) * 100 + p.d::INT;
CREATE OR REPLACE TEMP MACRO real_date(code) AS
    CASE WHEN code // 10000 BETWEEN 1880 AND 2100 AND code NOT IN (19000101, 19010101, 19111111) THEN code END;
CREATE OR REPLACE TEMP MACRO date_number(x) AS
    CASE
        WHEN year_first(x).y BETWEEN '1880' AND '2100' THEN of_year_first(year_first(x))
        WHEN year_last(x).y <> '' THEN of_year_last(year_last(x))
        WHEN year_last_unparted(x).y <> '' THEN of_year_last(year_last_unparted(x))
        WHEN regexp_full_match(x, '\d{4}') THEN x::INT * 10000 + 101
        WHEN day_month_name(x).y <> '' THEN of_month_name(day_month_name(x))
        WHEN month_name_day(x).y <> '' THEN of_month_name(month_name_day(x)) END
"""
"""A date as the number 19801231. Its parts are not checked: a mistyped date still says something.

Between slashes the month comes first where both readings are possible; a comparison level covers the swap.
"""

POSTAL_CODE = r"""
CREATE OR REPLACE TEMP MACRO real_postal_code(code) AS
    CASE WHEN regexp_full_match(code, '[0-9]{9}') THEN left(code, 5)
        WHEN length(code) < 3 OR replace(code, code[1], '') = '' THEN NULL ELSE code END
"""

STREET = r"""
CREATE OR REPLACE TEMP MACRO street_line(x) AS
    regexp_replace(regexp_replace(folded(x),
        '\b(apt|apartment|unit|suite|ste|flat|floor|fl|room|rm)\.?\s*[a-z]?\d*[a-z]?\b|#\s*\w+', ' ', 'g'),
        '[^\p{L}\p{M}0-9]+', ' ', 'g');
CREATE OR REPLACE TEMP MACRO street_words(x) AS
    nullif(replace(regexp_replace(x,
        '\b(street|str|st|road|rd|avenue|ave|av|lane|ln|drive|dr|court|ct|boulevard|blvd|place|pl|way|terrace|'
        'ter|close|crescent|cres|cl|square|sq|highway|hwy|circuit|cct|circle|cir|parkway|pkwy|'
        'north|south|east|west|n|s|e|w|\d+[a-z]?)\b', '', 'g'), ' ', ''), '')
"""
"""A street line without its unit, and its words without house number and kind of street, written together."""

PLAIN = r"""
CREATE OR REPLACE TEMP MACRO letters(x) AS
    nullif(regexp_replace(folded(x), '[^\p{L}\p{M}0-9]+', '', 'g'), '');
CREATE OR REPLACE TEMP MACRO business_name(x) AS
    letters(regexp_replace(folded(x), '\b(inc|incorporated|llc|ltd|limited|corp|corporation|co|company|gmbh|ag|sa|'
        'sarl|plc|pty|bv|the)\b\.?', '', 'g'));
CREATE OR REPLACE TEMP MACRO real_account(code) AS
    CASE WHEN length(code) >= 3 AND replace(code, code[1], '') <> '' THEN code END;
CREATE OR REPLACE TEMP MACRO characters(x) AS
    regexp_replace(lower(x), '[^a-z0-9]', '', 'g');
CREATE OR REPLACE TEMP MACRO gender_letter(x) AS
    CASE lower(trim(x))[1] WHEN 'm' THEN 'm' WHEN 'f' THEN 'f' WHEN 'w' THEN 'f' END
"""

MACROS = (
    FOLDED,
    WORDS,
    PERSON_NAME,
    DIGITS,
    PHONE,
    EMAIL,
    BIRTH_DATE,
    POSTAL_CODE,
    STREET,
    PLAIN,
)
