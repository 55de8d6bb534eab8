"""Many clients at once: each customer ends as one profile, each key value has one owner, and nobody sees a failure."""

import random
import uuid
from collections.abc import Callable
from typing import Any

from tests.api.mappings import definition, email, key, phone, text
from tests.faults.client import Client, crowd
from tests.server.process import RunningServer

from .conftest import Cluster, Sizes

CLIENTS = 32

FIELDS = {
    "id": text("id"),
    "account": text("account", "_profile.AccountNumber"),
    "email": email("email", "_profile.EmailAddress"),
    "phone": phone("phone", "_profile.PhoneNumber"),
    "loyalty": text("loyalty", "_profile.Attributes.loyalty"),
    "name": text("name", "_profile.FirstName"),
}

KEY_SETS = {
    "crm": {"_account": key("account", "PROFILE"), "_email": key("email", "PROFILE")},
    "shop": {"_email": key("email", "PROFILE"), "_account": key("account", "PROFILE")},
    "desk": {"_phone": key("phone", "PROFILE", "SECONDARY"), "_account": key("account", "PROFILE")},
    "club": {"loyalty": key("loyalty", "PROFILE"), "_account": key("account", "PROFILE")},
}
"""All have one key in common, so that whatever comes first, the others find its profile."""

KEYS = {"_account": "account", "_email": "email", "_phone": "phone", "loyalty": "loyalty"}


def types() -> dict[str, dict[str, Any]]:
    return {name: definition(FIELDS, {f"{name}Id": key("id", "UNIQUE"), **keys}) for name, keys in KEY_SETS.items()}


def customer(number: int) -> dict[str, str]:
    return {
        "account": f"A{number}",
        "email": f"c{number}@example.com",
        "phone": f"206555{number:04}",
        "loyalty": f"L{number}",
    }


def new_domain(server: RunningServer) -> Client:
    client = Client(server, f"crowd-{uuid.uuid4().hex[:12]}")
    assert client.create_domain().status == 200
    for name, one in types().items():
        assert client.define(name, one).status == 200
    return client


def ingesting(customers: int, seed: int) -> Callable[[Client, int], None]:
    """A client that knows all customers from one system, and sends them in an order of its own."""

    def act(client: Client, number: int) -> None:
        name = sorted(KEY_SETS)[number % len(KEY_SETS)]
        chance = random.Random(f"{seed} {number}")
        for one in chance.sample(range(customers), customers):
            answer = client.put(name, {"id": f"{one}", "name": f"from {number}", **customer(one)})
            assert answer.status == 200, answer
            if chance.random() < 0.1:
                touch(client, chance, one)
        if number < CREATED:
            assert client.create(f"the same call {seed} {number % SAME}", FirstName="Created").status == 200

    return act


CREATED, SAME = 20, 5
"""So many clients make so few profiles: some send the very same call."""


def touch(client: Client, chance: random.Random, one: int) -> None:
    [found] = client.search("_account", customer(one)["account"])
    profile = found["ProfileId"]
    if chance.random() < 0.5:
        assert client.update(profile, LastName=f"Name {chance.random()}").status == 200
    else:
        assert client.add_key(profile, "_salesforceContactId", f"S{one}").status == 200


def test_customers_that_come_from_all_sides_at_once_become_one_profile_each(
    cluster: Cluster, checked: Callable[[], None], sizes: Sizes
) -> None:
    for seed in range(sizes.rounds):
        client = new_domain(cluster.servers[0])

        crowd(cluster.servers, client.domain, CLIENTS, ingesting(sizes.customers, seed))

        owners = {
            (name, one): [profile["ProfileId"] for profile in client.search(name, customer(one)[member])]
            for name, member in KEYS.items()
            for one in range(sizes.customers)
        }
        assert {len(found) for found in owners.values()} == {1}
        assert len({found[0] for found in owners.values()}) == sizes.customers
        assert client.profile_count() == sizes.customers + SAME
        client.close()
    checked()


def disturbing(customers: int, seed: int) -> Callable[[Client, int], None]:
    """A client that also merges, deletes, and changes mappings. What it names may be gone by then: that is a 404."""

    def act(client: Client, number: int) -> None:
        chance = random.Random(f"{seed} {number}")
        for one in chance.sample(range(customers), customers):
            name = chance.choice(sorted(KEY_SETS))
            value = {"id": f"{chance.randrange(customers)}", "name": f"from {number}", **customer(one)}
            assert client.put(name, value).status == 200
            if chance.random() < 0.3:
                disturb(client, chance, customers)

    return act


def disturb(client: Client, chance: random.Random, customers: int) -> None:
    found = [
        profile["ProfileId"]
        for one in chance.sample(range(customers), 2)
        for profile in client.search("_account", customer(one)["account"])
    ]
    acts: list[Callable[[], Any]] = [
        lambda: client.define(*chance.choice(list(types().items()))),
        lambda: client.create(FirstName="Created", AccountNumber=customer(chance.randrange(customers))["account"]),
    ]
    if found:
        acts += [
            lambda: client.delete(found[0]),
            lambda: client.update(found[0], EmailAddress=customer(chance.randrange(customers))["email"]),
            lambda: client.add_key(found[0], "_account", customer(chance.randrange(customers))["account"]),
            lambda: client.delete_key(found[0], "_email", customer(chance.randrange(customers))["email"]),
        ]
    if len(set(found)) > 1:
        acts += [lambda: client.merge(*list(dict.fromkeys(found))[:2])] * 3
    answer = chance.choice(acts)()
    assert answer.status in (200, 404), answer


def test_merges_deletions_and_new_mappings_in_between_leave_a_store_in_which_all_is_right(
    cluster: Cluster, checked: Callable[[], None], sizes: Sizes
) -> None:
    for seed in range(sizes.rounds):
        client = new_domain(cluster.servers[0])

        crowd(cluster.servers, client.domain, CLIENTS, disturbing(sizes.customers // 4, seed))

        client.close()
    checked()
