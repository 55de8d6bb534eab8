"""What a field of a mapping is about, as far as its target, its content type and its names tell.

Names are English, in any of the usual ways to write them: `lastName`, `last_name`, `LAST-NAME`.
"""

import re
from collections.abc import Iterable

from openprofiles.mapping.content_types import EMAIL_ADDRESS, PHONE_NUMBER
from openprofiles.mapping.content_types import NAME as NAME_TYPE
from openprofiles.mapping.keys import EMAIL_FIELDS, PHONE_FIELDS
from openprofiles.mapping.standard_objects import FIELDS, STRUCTURES

EMAIL = "an e-mail address"
PHONE = "a phone number"
NAME = "a name"
MIDDLE_NAME = "a middle name"
LAST_NAME = "a last name"
ADDRESS = "a part of an address"
ADDRESS_LINE = "a further line of an address"
BIRTH_DATE = "a birth date"
TIME = "a time"
UPDATE_TIME = "the time of the last change"
FREE_TEXT = "free text"

NAMES = frozenset({NAME, MIDDLE_NAME, LAST_NAME})
ADDRESSES = frozenset({ADDRESS, ADDRESS_LINE})
OFTEN_EMPTY = frozenset({MIDDLE_NAME, ADDRESS_LINE})

CONTENT_TYPES = {EMAIL: EMAIL_ADDRESS, PHONE: PHONE_NUMBER} | dict.fromkeys(NAMES, NAME_TYPE)
"""How values of a meaning are compared rightly."""
BY_CONTENT_TYPE = {EMAIL_ADDRESS: EMAIL, PHONE_NUMBER: PHONE, NAME_TYPE: NAME}

BY_TARGET: dict[str, str] = {
    **{f"_profile.{field}": PHONE for field in PHONE_FIELDS},
    **{f"_profile.{field}": EMAIL for field in EMAIL_FIELDS},
    **{
        f"{prefix}.{structure}.{member}": ADDRESS_LINE if member[-1] in "234" else ADDRESS
        for prefix, structures in STRUCTURES.items()
        for structure, members in structures.items()
        for member in members
    },
    **{f"{prefix}.AdditionalInformation": FREE_TEXT for prefix in FIELDS},
    "_profile.FirstName": NAME,
    "_profile.MiddleName": MIDDLE_NAME,
    "_profile.LastName": LAST_NAME,
    "_profile.BirthDate": BIRTH_DATE,
    "_profile.SourceLastUpdatedTimestamp": UPDATE_TIME,
    "_asset.Description": FREE_TEXT,
    "_case.Summary": FREE_TEXT,
    "_case.UpdatedDate": UPDATE_TIME,
    "_order.UpdatedDate": UPDATE_TIME,
    "_order.CustomerEmail": EMAIL,
    "_order.CustomerPhone": PHONE,
}

_WHEN = r"(_?(at|on|date|time|timestamp|date_?time|ts))?"
_BY_NAME = {
    EMAIL: r"e_?mail(_?addr(ess)?)?",
    PHONE: r"((home|work|business|mobile|cell|customer|contact|tele)_?)?phone(_?(number|num|no|nr))?"
    r"|(mobile|cell)(_?(number|num|no|nr))?|tel|msisdn",
    MIDDLE_NAME: r"middle_?name",
    LAST_NAME: r"(last|family|sur)_?name",
    NAME: r"(first|given|fore|full|customer|contact|person|guest)_?name",
    ADDRESS_LINE: r"(address|street)_?(line_?)?[2-4]",
    ADDRESS: r"(?<!ip_)(?<!mac_)"
    r"(address(_?line)?|street|city|county|state|province|country|zip(_?code)?|post(al)?_?code)",
    BIRTH_DATE: r"date_?of_?birth|birth_?(date|day)|dob",
    UPDATE_TIME: rf"(?<!is_)(?<!was_)(last_?)?(updated|modified){_WHEN}|last_?(update|changed?|modification){_WHEN}",
    TIME: rf"timestamp|date_?time|date|time|ts|(created|occurred|received|sent|started|ended){_WHEN}",
    FREE_TEXT: r"descriptions?|comments?|notes?|summary|body|message|text|remarks?|feedback",
}
_PATTERNS = [(meaning, re.compile(rf"(?:.*_)?(?:{pattern})(?:_[0-9]+)?")) for meaning, pattern in _BY_NAME.items()]
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def meaning_of_name(name: str) -> str | None:
    """`customerEmail` → an e-mail address; the last words of a name decide: `emailVerified` is none."""
    words = "_".join(_WORD.findall(name)).lower()
    return next((meaning for meaning, pattern in _PATTERNS if pattern.fullmatch(words)), None)


def meaning_of(target: str | None, names: Iterable[str]) -> str | None:
    """What a field is about, whatever its content type says: its target tells best, then the first name that does."""
    told = (meaning_of_name(name) for name in names)
    return BY_TARGET.get(target or "") or next((meaning for meaning in told if meaning), None)
