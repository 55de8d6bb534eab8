"""Calls in a random order: everything that makes, joins, changes and ends profiles."""

import random
from collections.abc import Callable

from openprofiles.errors import ApiError
from tests.api.mappings import products, system

from .shop import Shop, unique_key_text

SYSTEMS = ("crm", "web", "old")
CUSTOMERS = 6
NAMES = ("Ann", "Bea", "Cem")


class RandomCalls:
    """Few customers and few values, so that all of it meets."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop = shop
        self.chance = random.Random(seed)
        self._calls: tuple[Callable[[], object], ...] = (
            *(self.put,) * 8,
            *(self.put_product,) * 3,
            *(self.put_several,) * 2,
            *(self.update,) * 3,
            self.create,
            self.merge,
            self.merge,
            self.delete,
            self.remove_object,
            self.remove_object,
            self.add_key,
            self.delete_key,
            self.define,
            self.forget,
            self.shop.purge_types,
        )

    def make(self, number: int) -> None:
        """So many calls. One that is refused is no harm."""
        for _ in range(number):
            try:
                self.chance.choice(self._calls)()
            except ApiError:
                continue

    def define(self) -> None:
        priority = {"SourcePriority": self.chance.randint(1, 3)} if self.chance.random() < 0.5 else {}
        self.shop.define(self.chance.choice(SYSTEMS), system(self.chance.choice(SYSTEMS), **priority))
        self.shop.define("product", products())

    def forget(self) -> None:
        self.shop.forget(self.chance.choice((*SYSTEMS, "product")))

    def put(self) -> None:
        name = self.chance.choice(SYSTEMS)
        try:
            self.shop.put(name, **self.member_values())
        except ApiError:
            self.shop.define(name, system(name))

    def put_several(self) -> None:
        self.shop.put_many(self.chance.choice(SYSTEMS), [self.member_values() for _ in range(5)])

    def member_values(self) -> dict[str, str]:
        person = self.chance.randrange(CUSTOMERS)
        optional = {
            "customer": f"c{person}",
            "first": self.chance.choice(NAMES),
            "city": self.chance.choice(("Rome", "Oslo")),
            "email": f"{person}@example.com",
        }
        kept = {name: value for name, value in optional.items() if self.chance.random() < 0.7}
        return {"id": str(self.chance.randrange(3 * CUSTOMERS)), **kept}

    def put_product(self) -> None:
        person, serial = self.chance.randrange(CUSTOMERS), self.chance.randrange(CUSTOMERS)
        self.shop.put("product", email=f"{person}@example.com", serial=str(serial), name=self.chance.choice(NAMES))

    def some_profile(self) -> str:
        rows = self.shop.rows("profile")
        return str(self.chance.choice(sorted(row["id"].hex() for row in rows))) if rows else "0" * 32

    def create(self) -> None:
        self.shop.create(FirstName=self.chance.choice(NAMES), EmailAddress=f"{self.chance.randrange(9)}@example.com")

    def update(self) -> None:
        phone = f"+1206555010{self.chance.randrange(9)}"
        fields = {"FirstName": self.chance.choice((*NAMES, "")), "PhoneNumber": self.chance.choice((phone, ""))}
        self.shop.update(self.some_profile(), **fields)

    def merge(self) -> None:
        self.shop.merge(self.some_profile(), self.some_profile())

    def delete(self) -> None:
        self.shop.delete(self.some_profile())

    def remove_object(self) -> None:
        rows = sorted(self.shop.rows("profile_object"), key=lambda row: bytes(row["unique_key"]))
        names = {row["number"]: row["name"] for row in self.shop.rows("definition")}
        rows = [row for row in rows if row["object_type"] in names]
        if rows:
            row = self.chance.choice(rows)
            key = unique_key_text(row["unique_key"])
            self.shop.remove(names[row["object_type"]], row["profile"].hex(), key)

    def add_key(self) -> None:
        name = self.chance.choice(("_account", "_email", "customer"))
        self.shop.add_key(self.some_profile(), name, f"k{self.chance.randrange(9)}")

    def delete_key(self) -> None:
        rows = sorted({(row["owner"], row["name"], row["value"]) for row in self.shop.key_rows()})
        if rows:
            owner, name, value = self.chance.choice(rows)
            self.shop.delete_key(owner.hex(), name, value)
