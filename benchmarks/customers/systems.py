"""The systems that the records come from: which values each holds, and how its people write them."""

import msgspec

FIELDS = (
    "FirstName",
    "MiddleName",
    "LastName",
    "BirthDate",
    "Gender",
    "PhoneNumber",
    "MobilePhoneNumber",
    "HomePhoneNumber",
    "BusinessPhoneNumber",
    "EmailAddress",
    "PersonalEmailAddress",
    "BusinessEmailAddress",
    "BusinessName",
    "AccountNumber",
    "Address.Address1",
    "Address.Address2",
    "Address.City",
    "Address.State",
    "Address.PostalCode",
    "Address.Country",
)
"""The columns of the records, named as the fields of a standard profile."""


class System(msgspec.Struct, frozen=True):
    """`held` is the share of records with a value, by field; what is not named, the system does not hold.

    The address is filled in as one (`address`), then each of its parts. `dirt` multiplies the rates of typos. `case` is
    "as-is", "upper" or "lower"; `limit` is the length at which names are cut, 0 for none.
    """

    name: str
    share: float
    held: dict[str, float]
    address: float
    accounts: str = ""  # what the account numbers begin with
    gives_accounts: bool = False  # it gives them itself; else it asks for that of the CRM
    dates: str = "iso"  # "iso", "compact", "local" (as the customer's country writes), "month-first"
    phones: str = "mixed"  # "mixed", "digits", "international"
    case: str = "as-is"
    ascii: bool = False
    dirt: float = 1.0
    scanned: bool = False  # its typos are those of character recognition
    limit: int = 0
    company: bool = False  # it knows the people of companies


ADDRESS_PARTS = {
    "Address.Address1": 0.98,
    "Address.Address2": 1.0,
    "Address.City": 0.97,
    "Address.State": 0.93,
    "Address.PostalCode": 0.95,
    "Address.Country": 0.9,
}
"""The share of records with an address that have each part of it."""

SYSTEMS = (
    System(
        "crm",
        0.3,
        {
            "FirstName": 0.98, "MiddleName": 0.5, "LastName": 0.99, "BirthDate": 0.86, "Gender": 0.7,
            "PhoneNumber": 0.3, "MobilePhoneNumber": 0.85, "HomePhoneNumber": 0.7, "BusinessPhoneNumber": 0.5,
            "EmailAddress": 0.75, "PersonalEmailAddress": 0.5, "BusinessEmailAddress": 0.4, "BusinessName": 0.5,
            "AccountNumber": 0.75,
        },
        address=0.9,
        gives_accounts=True,
    ),
    System(
        "shop",
        0.24,
        {
            "FirstName": 0.98, "LastName": 0.98, "BirthDate": 0.3, "PhoneNumber": 0.9, "EmailAddress": 0.98,
            "AccountNumber": 0.6,
        },
        address=0.95,
        accounts="S",
        gives_accounts=True,
    ),
    System(
        "support",
        0.1,
        {
            "FirstName": 0.93, "LastName": 0.93, "PhoneNumber": 0.86, "EmailAddress": 0.95, "AccountNumber": 0.45,
        },
        address=0.45,
        phones="international",
    ),
    System(
        "contact-centre",
        0.12,
        {
            "FirstName": 0.9, "LastName": 0.97, "BirthDate": 0.75, "PhoneNumber": 0.98, "EmailAddress": 0.5,
            "AccountNumber": 0.5,
        },
        address=0.8,
        phones="digits",
        dates="compact",
        case="upper",
        ascii=True,
        dirt=2.0,
        limit=14,
    ),
    System(
        "loyalty",
        0.14,
        {
            "FirstName": 0.99, "LastName": 0.99, "BirthDate": 0.93, "Gender": 0.85, "MobilePhoneNumber": 0.88,
            "HomePhoneNumber": 0.4, "PersonalEmailAddress": 0.8, "AccountNumber": 0.97,
        },
        address=0.93,
        accounts="L",
        gives_accounts=True,
        dates="local",
        ascii=True,
        dirt=1.8,
        scanned=True,
    ),
    System(
        "billing",
        0.06,
        {
            "FirstName": 0.9, "LastName": 0.98, "MobilePhoneNumber": 0.4, "BusinessPhoneNumber": 0.9,
            "BusinessEmailAddress": 0.88, "BusinessName": 0.95, "AccountNumber": 0.2,
        },
        address=0.9,
        case="upper",
        ascii=True,
        phones="digits",
        limit=20,
        company=True,
    ),
    System(
        "newsletter",
        0.04,
        {
            "FirstName": 0.9, "LastName": 0.88, "BirthDate": 0.35, "PhoneNumber": 0.4, "EmailAddress": 1.0,
        },
        address=0.4,
        dates="month-first",
        case="lower",
    ),
)  # fmt: skip
