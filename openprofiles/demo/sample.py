"""The whole sample: the people and the lines that their systems send, in order. Also as files."""

import json
import random
from datetime import date
from pathlib import Path

import msgspec

from openprofiles.demo.dirt import FAULTS, Body
from openprofiles.demo.object_types import OBJECT_TYPES
from openprofiles.demo.people import Person, make_people
from openprofiles.demo.systems import Record, records

TODAY = date(2026, 1, 15)
"""The sample's own today, so that it is the same on every day."""

OBJECTS = 6_000
OBJECTS_A_PERSON = 6


class Line(msgspec.Struct, frozen=True):
    """One line of a feed. `person` and `fault` are the truth beside it and never sent.

    `key` is the object's id; `fault` says what is wrong with the line, and is empty for a good one. A line with a fault
    has no key and is nobody's (person -1).
    """

    object_type: str
    text: str
    key: str = ""
    person: int = -1
    fault: str = ""


class Sample(msgspec.Struct, frozen=True):
    people: list[Person]
    lines: list[Line]

    def of_type(self, object_type: str) -> list[Line]:
        return [line for line in self.lines if line.object_type == object_type]

    def people_by_key(self) -> dict[tuple[str, str], int]:
        """The truth: whose each object is, by object type and id."""
        return {(line.object_type, line.key): line.person for line in self.lines if not line.fault}


def make_sample(objects: int | None = None, seed: int = 7, today: date = TODAY) -> Sample:
    """A sample of about `objects` objects (6,000 unless told) of a sixth as many people.

    The same arguments give the same lines, byte for byte. Raises ValueError for more people than make_people can draw.
    """
    people = make_people(max(20, round((objects or OBJECTS) / OBJECTS_A_PERSON)), seed, today)
    made = [record for person in people for record in records(person, seed, today)]
    lines: list[Line] = []
    for object_type in OBJECT_TYPES:
        feed = sorted((record for record in made if record.object_type == object_type), key=_when)
        lines += _with_broken_lines(object_type, feed, random.Random(f"{seed}/{object_type}"))  # noqa: S311
    return Sample(people, lines)


def write_files(folder: Path, objects: int | None = None, seed: int = 7) -> Sample:
    """Write the sample to `folder`, which is made if need be. Answers the sample.

    For each object type its lines (`shop-order.ndjson`) and its definition (`shop-order.json`, for
    PutProfileObjectType); and the truth (`truth.ndjson`: each line's type, number from 1, id, person and fault).
    """
    sample = make_sample(objects, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for object_type, definition in OBJECT_TYPES.items():
        texts = [line.text for line in sample.of_type(object_type)]
        _write(folder / f"{object_type}.ndjson", texts)
        _write(folder / f"{object_type}.json", [json.dumps(definition, indent=2)])
    _write(folder / "truth.ndjson", _truth(sample))
    return sample


def _truth(sample: Sample) -> list[str]:
    return [
        json.dumps({"type": object_type, "line": number, "id": line.key, "person": line.person, "fault": line.fault})
        for object_type in OBJECT_TYPES
        for number, line in enumerate(sample.of_type(object_type), start=1)
    ]


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def _when(record: Record) -> tuple[str, str]:
    return record.at.isoformat(timespec="milliseconds"), _id(record.body)


def _with_broken_lines(object_type: str, feed: list[Record], rng: random.Random) -> list[Line]:
    """The feed with broken lines between the good ones. They are made of its objects, under ids of their own."""
    lines = [Line(object_type, _text(record.body), _id(record.body), record.person) for record in feed]
    for fault, of_type, count, spoil in FAULTS:
        for _ in range(count if of_type == object_type and feed else 0):
            body = _another(rng.choice(feed).body, rng)
            lines.insert(rng.randrange(len(lines) + 1), Line(object_type, spoil(rng, body), fault=fault))
    return lines


def _another(body: Body, rng: random.Random) -> Body:
    first = next(iter(body))
    return {first: f"X-{rng.getrandbits(40):010x}"} | {key: value for key, value in body.items() if key != first}


def _id(body: Body) -> str:
    return str(next(iter(body.values())))


def _text(body: Body) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
