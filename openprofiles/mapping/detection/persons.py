"""Which leaves go to which fields of the profile; addresses are grouped elsewhere."""

from collections.abc import Iterator, Mapping, Sequence

from openprofiles.mapping.content_types import EMAIL_ADDRESS, NAME, PHONE_NUMBER, STRING
from openprofiles.mapping.detection.choices import BUSINESS, INDIVIDUAL, Choice, can_be_templated, cost_of, fits
from openprofiles.mapping.detection.kinds import ASSET, CASE, PROFILE
from openprofiles.mapping.detection.meanings import PERSONS, PHONES, REACHED, UPDATES, Meaning, meanings
from openprofiles.mapping.detection.samples import Leaf
from openprofiles.mapping.detection.values import (
    Looks,
    all_look,
    is_bool,
    is_date,
    is_email,
    is_gender,
    is_id,
    is_name,
    is_note,
    is_organisation,
    is_party,
    is_phone,
    timestamp_format,
)
from openprofiles.mapping.detection.words import (
    ADDRESS_WORDS,
    CUSTOMER,
    HOME,
    LOGINS,
    MOBILE,
    NEUTRAL,
    ORGANISATION,
    ROLES,
    SLOT_WORDS,
    WORK,
    words,
)
from openprofiles.mapping.json_values import text_of

EMAIL = "_profile.EmailAddress"
TIMESTAMP = "_profile.SourceLastUpdatedTimestamp"
FULL_NAME = "_profile.Attributes.FullName"
NAMES = ("_profile.FirstName", "_profile.LastName")

PLAIN_NAMES = ("FirstName", "LastName", "MiddleName")
TARGETS = {
    "Note": "_profile.AdditionalInformation",
    "Mobile": "_profile.MobilePhoneNumber",
    "Landline": "_profile.HomePhoneNumber",
    "FullName": FULL_NAME,
    "IsPerson": "_profile.PartyType",
    "IsBusiness": "_profile.PartyType",
}
"""Where they differ from the names of fields."""
CONTENT_TYPES = {
    **dict.fromkeys((*PLAIN_NAMES, "FullName"), NAME),
    **dict.fromkeys(PHONES, PHONE_NUMBER),
    "Email": EMAIL_ADDRESS,
}
LOOKS: Mapping[str, Looks] = {
    **dict.fromkeys((*PLAIN_NAMES, "FullName"), is_name),
    **dict.fromkeys(PHONES, is_phone),
    **dict.fromkeys(("IsPerson", "IsBusiness"), is_bool),
    "Email": is_email,
    "BirthDate": is_date,
    "Gender": is_gender,
    "PartyType": is_party,
    "AccountNumber": is_id,
    "BusinessName": is_organisation,
    "Note": is_note,
}
TEMPLATES = {"IsPerson": INDIVIDUAL, "IsBusiness": BUSINESS}

SLOT_COST, ADDRESS_COST, NOT_SAID_COST, FLAT_COST, LOGIN_COST = 5.0, 4.0, 2.0, 1.0, 6.0

COMPANY_MEMBERS = words(
    "industry numberofemployees employees annualrevenue employeecount ispersonaccount vatnumber legalform"
)
"""Members that a company has: the `name` beside them is a company's."""
LEGAL_FORMS = words("inc ltd llc gmbh ag sa sarl bv plc corp co kg oy ab srl spa limited")


def person_choices(leaves: Sequence[Leaf], kind: str) -> Iterator[Choice]:
    """Candidates for the fields of the profile."""
    names_company = kind == PROFILE and _names_company(leaves)
    for leaf in leaves:
        if leaf.index:
            continue
        for meaning in meanings(leaf, PERSONS):
            yield from _choice(leaf, meaning, kind, names_company)
        if kind == PROFILE:
            yield from _timestamp(leaf)
            yield from _login(leaf)


def with_full_name(chosen: Sequence[Choice]) -> list[Choice]:
    """A whole name is of no use beside its parts."""
    has_parts = not {choice.target for choice in chosen}.isdisjoint(NAMES)
    return [choice for choice in chosen if choice.target != FULL_NAME or not has_parts]


def _choice(leaf: Leaf, meaning: Meaning, kind: str, names_company: bool) -> Iterator[Choice]:
    field, distance = meaning.field, _distance(meaning, kind)
    if distance is None or not all_look(LOOKS[field], leaf.filled):
        return
    if field in (*TEMPLATES, "PartyType") and not (leaf.filled and can_be_templated(leaf)):
        return  # without a value nobody can tell whether it is one of these
    if field == "FullName" and names_company and not meaning.containers:
        field = "BusinessName"
    target = _target(field, meaning)
    if fits(leaf, target):
        content_type = CONTENT_TYPES.get(field, STRING)
        yield Choice(target, (leaf,), content_type, TEMPLATES.get(field, ""), cost_of(leaf, meaning) + distance)


def _distance(meaning: Meaning, kind: str) -> float | None:
    """How far the words around speak for somebody else; None for too far."""
    field, around = meaning.field, meaning.around
    allowed = NEUTRAL | ADDRESS_WORDS | (frozenset() if field == "Note" else SLOT_WORDS)
    allowed |= ROLES if field in REACHED else ORGANISATION if field == "BusinessName" else frozenset()
    if not around <= allowed:
        return None
    in_address = SLOT_COST if SLOT_WORDS & around else ADDRESS_COST if _is_of_address(meaning) else 0.0
    if field == "FullName" and in_address:
        return None  # of whoever opens the door, or of the region
    if kind == PROFILE:
        return in_address
    if CUSTOMER & around and not SLOT_WORDS & around:
        is_inside = bool(CUSTOMER & frozenset[str]().union(*meaning.containers))
        return in_address + (0.0 if is_inside else FLAT_COST)
    says_it_all = field in ("FirstName", "LastName") or (field in REACHED and kind in (CASE, ASSET))
    return NOT_SAID_COST if says_it_all and not in_address else None


def _is_of_address(meaning: Meaning) -> bool:
    """`default_address.phone`; a `homePhone` is not."""
    return any(ADDRESS_WORDS - HOME & container for container in map(frozenset, meaning.containers))


def _target(field: str, meaning: Meaning) -> str:
    """Which phone number or e-mail address it is, the words around say."""
    around = frozenset(meaning.qualifiers) | (meaning.around - {"personal", "person"})
    if field == "Email":
        return f"_profile.{'Personal' if HOME & around else 'Business' if WORK & around else ''}EmailAddress"
    if field == "Phone":
        role = "Mobile" if MOBILE & around else "Home" if HOME & around else "Business" if WORK & around else ""
        return f"_profile.{role}PhoneNumber"
    return TARGETS.get(field, f"_profile.{field}")


def _names_company(leaves: Sequence[Leaf]) -> bool:
    """Whether the member `name` of a customer is that of a company."""
    if any(leaf.compact in COMPANY_MEMBERS for leaf in leaves if len(leaf.words) == 1):
        return True
    names = [value for leaf in leaves if leaf.words == (("name",),) for value in leaf.filled]
    return any(LEGAL_FORMS & set(text_of(name)[-20:].lower().replace(".", "").split()) for name in names)


def _timestamp(leaf: Leaf) -> Iterator[Choice]:
    for meaning in meanings(leaf, UPDATES):
        if meaning.around <= NEUTRAL | {"sys"} and timestamp_format(leaf.filled) is not None:
            yield Choice(TIMESTAMP, (leaf,), cost=cost_of(leaf, meaning))


def _login(leaf: Leaf) -> Iterator[Choice]:
    """An e-mail address under another name, where there is no better one: `username`, `telecom.value`."""
    said = leaf.around.union(leaf.words[-1])
    if not (said & LOGINS and said <= LOGINS | NEUTRAL and leaf.filled and all_look(is_email, leaf.filled)):
        return
    if fits(leaf, EMAIL):
        yield Choice(EMAIL, (leaf,), EMAIL_ADDRESS, cost=LOGIN_COST)
