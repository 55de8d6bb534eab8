"""Dead letters on their way to the queues of their domains: in the form that AWS's solutions read, at least once."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from openprofiles.delivery import sqs
from openprofiles.delivery.sqs import NotSent
from openprofiles.errors import InternalServerException
from openprofiles.storage import letters_to_send
from openprofiles.storage.database import Database
from openprofiles.storage.domains import decode_settings
from openprofiles.storage.letters_to_send import Outgoing

SENT_AT_ONCE = 10

LEASE = 5 * 60 * 1000
"""Milliseconds for which a node has letters to itself: longer than it can take to send them all."""

FIRST_PAUSE, LONGEST_PAUSE = 1_000, 10 * 60 * 1000
"""Milliseconds until the next try, doubled with each that fails. Nobody gives up: queues come back."""

Send = Callable[[str, str, str, dict[str, str]], None]


def wall_clock() -> int:
    return time.time_ns() // 1_000_000


def send_some(database: Database, send: Send = sqs.send, clock: Callable[[], int] = wall_clock) -> bool:
    """Send some letters whose time has come. Whether there may be more.

    Raises InternalServerException, which names the domain and the reason, once all others have been tried.
    """
    now = clock()
    leased = database.write(lambda tx: letters_to_send.lease(tx, now, now + LEASE, SENT_AT_ONCE)).result()
    failures = [failure for one in leased if (failure := _send_one(database, one, send, clock)) is not None]
    if failures:
        raise InternalServerException(failures[-1])
    return len(leased) == SENT_AT_ONCE


def _send_one(database: Database, outgoing: Outgoing, send: Send, clock: Callable[[], int]) -> str | None:
    """Why it failed, or None. A domain whose queue was taken away meanwhile sends nothing."""
    queue_url = decode_settings(outgoing.settings).dead_letter_queue_url
    try:
        if queue_url:
            send(queue_url, outgoing.region, outgoing.letter.object, attributes_of(outgoing))
    except NotSent as failure:
        next_try = clock() + min(LONGEST_PAUSE, FIRST_PAUSE << min(outgoing.tries, 20))
        database.write(lambda tx: letters_to_send.set_next_try(tx, outgoing, next_try, outgoing.tries + 1)).result()
        return f"A dead letter of domain {outgoing.domain_name} can not be sent to its queue: {failure}"
    database.write(lambda tx: letters_to_send.delete(tx, outgoing.domain, [outgoing.letter.id])).result()
    return None


def attributes_of(outgoing: Outgoing) -> dict[str, str]:
    """`Message` is the reason, as AWS's solutions read it; the others are openprofiles' own."""
    letter = outgoing.letter
    return {
        "Message": letter.reason,
        "DomainName": outgoing.domain_name,
        "ObjectTypeName": letter.object_type_name,
        "ErrorCode": letter.code,
        "DeadLetterId": letter.id.hex(),
        "Timestamp": datetime.fromtimestamp(letter.at / 1000, UTC).isoformat(timespec="milliseconds"),
    }
