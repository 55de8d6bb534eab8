"""Dead letters on their way to the queues of their domains: in the form that AWS's solutions read, at least once."""

from collections.abc import Callable
from datetime import UTC, datetime

from openprofiles.delivery import sqs
from openprofiles.delivery.sqs import NotSent
from openprofiles.errors import InternalServerException
from openprofiles.metrics import COUNTS
from openprofiles.storage import letters_to_send
from openprofiles.storage.database import Database
from openprofiles.storage.domains import decode_settings
from openprofiles.storage.letters_to_send import Outgoing
from openprofiles.storage.migrate import wall_clock

LEASE = 60 * 1000
"""Milliseconds for which a node has a letter to itself: longer than it can take to send it."""

FIRST_PAUSE, LONGEST_PAUSE = 1_000, 10 * 60 * 1000
"""Milliseconds until the next try, doubled with each that fails. Nobody gives up a queue: they come back."""

Send = Callable[[str, str, str, dict[str, str]], None]


def send_one(database: Database, send: Send = sqs.send, clock: Callable[[], int] = wall_clock) -> bool:
    """Send a letter whose time has come, as it and its domain are now. Whether there may be more.

    Raises InternalServerException, which names the domain and the reason. Then all letters of the domain wait: others'
    queues are not held up by one that is away.
    """
    now = clock()
    outgoing = database.write(lambda tx: letters_to_send.lease(tx, now, now + LEASE)).result()
    if outgoing is None:
        return False
    try:
        _send(outgoing, send)
    except NotSent as failure:
        COUNTS.delivery_error("sqs")
        what = f"A dead letter of domain {outgoing.domain_name} can not be sent to its queue: {failure}"
        _put_off(database, outgoing, failure, clock())
        raise InternalServerException(what) from None
    _forget(database, outgoing)
    return True


def _send(outgoing: Outgoing, send: Send) -> None:
    """A domain whose queue was taken away meanwhile sends nothing."""
    queue_url = decode_settings(outgoing.settings).dead_letter_queue_url
    if queue_url:
        send(queue_url, outgoing.region, outgoing.letter.object, attributes_of(outgoing))


def _put_off(database: Database, outgoing: Outgoing, failure: NotSent, now: int) -> None:
    if failure.is_final:
        _forget(database, outgoing)
        return
    next_try = now + min(LONGEST_PAUSE, FIRST_PAUSE << min(outgoing.tries, 20))
    database.write(lambda tx: letters_to_send.put_off(tx, outgoing, next_try)).result()


def _forget(database: Database, outgoing: Outgoing) -> None:
    database.write(lambda tx: letters_to_send.delete(tx, outgoing.domain, [outgoing.letter.id])).result()


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
