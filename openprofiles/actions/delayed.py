"""Ingestion as late as AWS's: an object is accepted at once and comes to its profile some time later."""

import random
from collections.abc import Sequence
from itertools import groupby

from openprofiles.actions.incoming import Incoming, prepare
from openprofiles.actions.ingest import Outcome, ingest
from openprofiles.actions.object_types import object_type_to_fill
from openprofiles.actions.writes import AT_ONCE
from openprofiles.call import Call, Principal
from openprofiles.errors import ApiError
from openprofiles.storage import dead_letters, delayed_objects, domains, letters_to_send
from openprofiles.storage.database import Transaction
from openprofiles.storage.dead_letters import DeadLetter
from openprofiles.storage.delayed_objects import DelayedObject, Due
from openprofiles.storage.domains import Domain

INGESTED_AT_ONCE = 100

IDS_OF_EACH = 4_096
"""Room for the ids that one ingestion makes, which may evict a thousand objects."""


def hold_back(domain: Domain, incoming: Sequence[Incoming]) -> list[Outcome | ApiError]:
    """What can be refused at once is; all else waits for its time. Neighbours may change places."""
    prepared = prepare(domain, incoming)
    delayed = [_delayed(one) for one, found in zip(incoming, prepared, strict=True) if not isinstance(found, ApiError)]
    if incoming:
        delayed_objects.add_all(incoming[0].call.tx, domain.number, delayed)
    return [one if isinstance(one, ApiError) else Outcome(one.unique_key) for one in prepared]


def _delayed(incoming: Incoming) -> DelayedObject:
    call, switches = incoming.call, incoming.call.switches
    new_id = call.new_id()
    jitter = int(random.Random(new_id).random() * (0 if switches is None else switches.ingestion_jitter))  # noqa: S311
    delay = 0 if switches is None else switches.ingestion_delay
    return DelayedObject(
        call.now + delay + jitter, new_id, call.principal.access_key_id, incoming.object_type.name, incoming.text
    )


def ingest_due(tx: Transaction, now: int, seed: bytes) -> bool:
    """Ingest some objects whose time has come. Whether there may be more."""
    found = delayed_objects.due(tx, now, INGESTED_AT_ONCE)
    places = {one.delayed.id: place for place, one in enumerate(found)}
    for (account, region, name), group in groupby(found, lambda one: (one.account, one.region, one.name)):
        domain = domains.find(tx, account, region, name)
        if domain is not None:
            _ingest(Call(tx, Principal("", account), region, now, "", seed), domain, list(group), places)
    delayed_objects.delete(tx, found)
    return len(found) == INGESTED_AT_ONCE


def _ingest(call: Call, domain: Domain, group: list[Due], places: dict[bytes, int]) -> None:
    """Nobody waits for an answer any more: what is refused now is a dead letter. `places` keep the ids apart."""
    incoming = []
    for due in group:
        caller = Principal(due.delayed.caller, domain.account)
        first_id = places[due.delayed.id] * IDS_OF_EACH
        own = Call(call.tx, caller, call.region, call.now, "", call.seed, ids_given=first_id)
        try:
            object_type = object_type_to_fill(own, domain, due.delayed.object_type)
        except ApiError:
            continue  # its type was deleted, and its objects with it
        incoming.append(Incoming(own, object_type, due.delayed.object))
    outcomes = ingest(call.tx, domain, incoming)
    refused = [
        _letter(domain, one, outcome)
        for one, outcome in zip(incoming, outcomes, strict=True)
        if isinstance(outcome, ApiError)
    ]
    dead_letters.add_all(call.tx, domain.number, refused)
    if domain.has_dead_letter_queue:
        letters_to_send.add_all(call.tx, domain.number, [letter.id for letter in refused], AT_ONCE)


def _letter(domain: Domain, incoming: Incoming, refusal: ApiError) -> DeadLetter:
    [found] = prepare(domain, [incoming])
    unique_key, keys = (b"", []) if isinstance(found, ApiError) else (found.unique_key, found.identifying_hashes)
    call, object_type = incoming.call, incoming.object_type
    return DeadLetter(
        call.new_id(),
        call.now,
        object_type.number,
        object_type.name,
        unique_key,
        refusal.code,
        refusal.message,
        incoming.text,
        keys,
    )
