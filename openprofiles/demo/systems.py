"""What each system holds of a person: its objects, as the system would export them.

The first member of each object is its id. `at` is when the object came into being or changed: feeds are sorted by it.
"""

import random
from datetime import UTC, date, datetime, time, timedelta, timezone

import msgspec

from openprofiles.demo import dirt
from openprofiles.demo.dirt import Body, chance
from openprofiles.demo.object_types import CALLS, CRM, SHOP, SUPPORT
from openprofiles.demo.people import Address, Person

HISTORY_DAYS = 730
HOUSE = timezone(timedelta(hours=1))
"""The support desk writes its local time, with the offset."""

PRODUCTS = (
    ("Kettle, 1.7 l", 39.9),
    ("Desk lamp", 54.0),
    ("Walking boots", 129.5),
    ("Rucksack, 25 l", 79.0),
    ("Coffee, 1 kg", 18.75),
    ("Wool blanket", 64.0),
    ("Bicycle pump", 24.99),
    ("Cast-iron pan", 45.0),
)
PROBLEMS = (
    ("delivery", "Where is my parcel?", "The tracking page has not changed for three days."),
    ("delivery", "Parcel left with a neighbour", "Nobody knows which neighbour."),
    ("billing", "Charged twice", "My card shows the same amount two times."),
    ("billing", "Invoice needed", "Please send an invoice with my company's name."),
    ("returns", "Wrong size", "I would like to change it for one size up."),
    ("account", "Cannot sign in", "The page says that my password is wrong."),
)
QUEUES = ("Sales", "Orders", "Returns", "Billing")


class Record(msgspec.Struct, frozen=True):
    """One object of one system, and, beside it, the number of the person whom it is about."""

    person: int
    object_type: str
    at: datetime
    body: Body


def records(person: Person, seed: int, today: date) -> list[Record]:
    """All that the systems hold of the person. The same arguments give the same records."""
    rng = random.Random(f"{seed}/{person.number}")  # noqa: S311  a sample, not a secret
    made: list[Record] = []
    if "crm" in person.systems:
        made += _crm_contacts(person, rng, today)
    if "shop" in person.systems:
        made += [order for _ in range(_count(rng, 3.3)) for order in _shop_order(person, rng, today)]
    if "support" in person.systems:
        made += [_support_ticket(person, rng, today) for _ in range(_count(rng, 2.1))]
    if "contact-centre" in person.systems:
        made += [_contact_record(person, rng, today) for _ in range(_count(rng, 2.3))]
    return made


def _crm_contacts(person: Person, rng: random.Random, today: date) -> list[Record]:
    first = _crm_contact(person, rng, today, str(person.account))
    made = [first]
    if chance(rng, 0.05):  # the same contact changed: its object is sent again
        later = _later(rng, first.at, today)
        made.append(_replaced(first, later, updated=_epoch_ms(later), segment="gold"))
    if chance(rng, 0.04):  # the same person entered a second time, by somebody who did not look
        made.append(_crm_contact(person, rng, today, ""))
    return made


def _crm_contact(person: Person, rng: random.Random, today: date, account: str) -> Record:
    at = _moment(rng, today)
    first, last = person.first, person.last
    if chance(rng, 0.01):
        first, last = last, first
    body = {
        "id": f"C-{rng.getrandbits(40):010x}",
        "account": int(account) if account and chance(rng, 0.5) else account,
        "name": {
            "first": dirt.name(rng, first),
            "middle": person.middle if chance(rng, 0.7) else "",
            "last": dirt.name(rng, last),
        },
        "birthDate": person.birth_date.isoformat() if chance(rng, 0.7) else "",
        "emails": _crm_emails(person, rng, needed=not account),
        "phones": _crm_phones(person, rng),
        "address": _address(person.address) if chance(rng, 0.85) else {},
        "segment": rng.choice(("standard", "standard", "silver", "gold")),
        "owner": rng.choice(("North", "South ", " West")),
        "updated": _epoch_ms(at),
    }
    return Record(person.number, CRM, at, dirt.without_empty(body))


def _crm_emails(person: Person, rng: random.Random, needed: bool) -> Body:
    private, *business = person.emails
    if needed and chance(rng, 0.25):
        private = dirt.mistyped(rng, private)
    return {
        "private": dirt.email(rng, private) if needed or chance(rng, 0.93) else "",
        "business": dirt.email(rng, business[0]) if business and chance(rng, 0.75) else "",
    }


def _crm_phones(person: Person, rng: random.Random) -> Body:
    mobile = rng.choice(dirt.PLACEHOLDER_PHONES) if chance(rng, 0.03) else dirt.phone(rng, person.mobile)
    return {"mobile": mobile if chance(rng, 0.94) else "", "home": dirt.phone(rng, person.home)}


def _shop_order(person: Person, rng: random.Random, today: date) -> list[Record]:
    """An order, and often the same order again when its status has changed, or because the shop sent it twice."""
    at = _moment(rng, today)
    items = [_item(rng) for _ in range(rng.choice((1, 1, 1, 2, 2, 3)))]
    body = {
        "id": f"O-{rng.getrandbits(40):010x}",
        "customer": _shop_customer(person, rng),
        "createdAt": _utc(at),
        "updatedAt": _utc(at),
        "status": "paid",
        "total": round(sum(item["price"] * item["quantity"] for item in items), 2),
        "currency": {"US": "USD", "CA": "CAD", "GB": "GBP", "FR": "EUR"}[person.address.country],
        "items": items,
        "shipTo": _ship_to(person, rng),
    }
    order = Record(person.number, SHOP, at, dirt.without_empty(body))
    if chance(rng, 0.08):
        later = _later(rng, at, today)
        return [order, _replaced(order, later, status="delivered", updatedAt=_utc(later))]
    return [order, order] if chance(rng, 0.02) else [order]


def _shop_customer(person: Person, rng: random.Random) -> Body:
    """Guests have no customer id; some of them mistype their address, and nobody can know who they are."""
    guest = chance(rng, 0.15)
    address = person.emails[-1] if chance(rng, 0.05) else person.emails[0]
    return {
        "id": "" if guest else person.shop_customer,
        "email": dirt.mistyped(rng, address) if guest and chance(rng, 0.05) else dirt.email(rng, address),
        "phone": dirt.phone(rng, person.mobile or person.home) if chance(rng, 0.6) else "",
        "firstName": dirt.name(rng, person.first),
        "lastName": dirt.name(rng, person.last),
    }


def _ship_to(person: Person, rng: random.Random) -> Body:
    gift = chance(rng, 0.04)
    return {"name": "" if gift else f"{person.first} {person.last}", **_address(person.address)}


def _item(rng: random.Random) -> Body:
    title, price = rng.choice(PRODUCTS)
    return {"title": title, "price": price, "quantity": rng.choice((1, 1, 1, 2, 4))}


def _support_ticket(person: Person, rng: random.Random, today: date) -> Record:
    at = _moment(rng, today)
    category, subject, text = rng.choice(PROBLEMS)
    body = {
        "id": f"T-{rng.getrandbits(40):010x}",
        "requester": _requester(person, rng),
        "category": category,
        "subject": subject,
        "text": text,
        "status": rng.choice(("open", "pending", "solved", "solved")),
        "created": _local(at),
        "updated": _local(_later(rng, at, today)),
    }
    return Record(person.number, SUPPORT, at, dirt.without_empty(body))


def _requester(person: Person, rng: random.Random) -> Body:
    """Either address, or none at all from somebody whose phone is known."""
    address = person.emails[-1] if chance(rng, 0.25) else person.emails[0]
    silent = bool(person.mobile) and chance(rng, 0.08)
    phone = rng.choice(dirt.PLACEHOLDER_PHONES) if chance(rng, 0.03) and not silent else dirt.phone(rng, person.mobile)
    name = f"{person.last}, {person.first}" if chance(rng, 0.1) else f"{person.first} {person.last}"
    return {
        "name": dirt.name(rng, name),
        "email": "" if silent else dirt.email(rng, address),
        "phone": phone if silent or chance(rng, 0.75) else "",
    }


def _contact_record(person: Person, rng: random.Random, today: date) -> Record:
    """A call. Callers from a line at home, which several customers may have, are asked for the account number."""
    at = _moment(rng, today)
    from_home = bool(person.home) and (not person.mobile or chance(rng, 0.2))
    asked = "crm" in person.systems and chance(rng, 0.85 if from_home else 0.3)
    number = person.home if from_home else person.mobile or person.home
    body = {
        "contactId": f"{rng.getrandbits(64):016x}",
        "channel": "VOICE",
        "initiationTimestamp": _utc(at),
        "customerEndpoint": {"type": "TELEPHONE_NUMBER", "address": number},
        "queue": {"name": rng.choice(QUEUES)},
        "attributes": {"accountNumber": str(person.account) if asked else ""},
        "durationSeconds": rng.randrange(20, 1500),
    }
    return Record(person.number, CALLS, at, dirt.without_empty(body))


def _replaced(record: Record, at: datetime, **members: object) -> Record:
    return msgspec.structs.replace(record, at=at, body=record.body | members)


def _address(address: Address) -> Body:
    return {
        "street": address.street,
        "city": address.city,
        "state": address.state,
        "postalCode": address.postal_code,
        "country": address.country,
    }


def _count(rng: random.Random, mean: float) -> int:
    """One at least; most have few, some many."""
    return max(1, min(25, round(rng.expovariate(1 / mean) + 0.2)))


def _moment(rng: random.Random, today: date) -> datetime:
    start = datetime.combine(today, time(), UTC) - timedelta(days=HISTORY_DAYS)
    return start + timedelta(milliseconds=rng.randrange(HISTORY_DAYS * 86_400_000))


def _later(rng: random.Random, at: datetime, today: date) -> datetime:
    """Some days after, but not after today."""
    return min(at + timedelta(seconds=rng.randrange(3_600, 20 * 86_400)), datetime.combine(today, time(23, 59), UTC))


def _epoch_ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _utc(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _local(at: datetime) -> str:
    return at.astimezone(HOUSE).strftime("%Y-%m-%d %H:%M:%S %z")
