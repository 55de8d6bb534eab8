"""Numbers of the whole store for those who watch over it. None of them takes longer the more there is: rows are counted
up to a limit.
"""

import msgspec

from openprofiles.storage.database import Transaction

MOST_COUNTED = 100_000


class Gauge(msgspec.Struct, frozen=True):
    """A number under the name that Prometheus knows it by. `sql` finds one row with a `value`, or none where that is 0.
    It may ask for `:most`, the rows that it may count, and `:now` in milliseconds.
    """

    name: str
    text: str
    sql: str


DEAD_LETTERS = "SELECT count(*) AS value FROM (SELECT 1 AS one FROM dead_letter LIMIT :most) AS counted"

LETTERS_TO_SEND = "SELECT count(*) AS value FROM (SELECT 1 AS one FROM letter_to_send LIMIT :most) AS counted"

# The ids of letters are in the order of their times, so that one of them is looked up.
OLDEST_LETTER_TO_SEND = """
    SELECT (:now - at) / 1000 AS value
    FROM (
        SELECT domain, letter FROM (SELECT domain, letter FROM letter_to_send LIMIT :most) AS counted
        ORDER BY letter LIMIT 1
    ) AS oldest
    JOIN dead_letter ON dead_letter.domain = oldest.domain AND dead_letter.id = oldest.letter
"""

DELAYED_OBJECTS = "SELECT count(*) AS value FROM (SELECT 1 AS one FROM delayed_object LIMIT :most) AS counted"

EVENTS_TO_SEND = "SELECT count(*) AS value FROM (SELECT 1 AS one FROM event LIMIT :most) AS counted"

OLDEST_EVENT_TO_SEND = """
    SELECT (:now - at) / 1000 AS value
    FROM (SELECT min(at) AS at FROM (SELECT at FROM event LIMIT :most) AS counted) AS oldest WHERE at IS NOT NULL
"""

UNHEALTHY_STREAMS = """
    SELECT count(*) AS value FROM event_stream
    WHERE unhealthy_since IS NOT NULL AND stopped_at IS NULL AND deleted_at IS NULL
"""

RECALCULATIONS = "SELECT count(*) AS value FROM (SELECT 1 AS one FROM recalculation LIMIT :most) AS counted"

GAUGES = (
    Gauge("openprofiles_dead_letters", "Dead letters that are kept", DEAD_LETTERS),
    Gauge("openprofiles_dead_letters_to_send", "Dead letters that queues are still to be told of", LETTERS_TO_SEND),
    Gauge(
        "openprofiles_dead_letters_to_send_oldest_age_seconds",
        "Age of the oldest dead letter that a queue is still to be told of, 0 where there is none",
        OLDEST_LETTER_TO_SEND,
    ),
    Gauge("openprofiles_events_to_send", "Events that event streams are still to be told of", EVENTS_TO_SEND),
    Gauge(
        "openprofiles_events_to_send_oldest_age_seconds",
        "Age of the oldest event that a stream is still to be told of, 0 where there is none",
        OLDEST_EVENT_TO_SEND,
    ),
    Gauge("openprofiles_event_streams_unhealthy", "Event streams whose last delivery has failed", UNHEALTHY_STREAMS),
    Gauge(
        "openprofiles_recalculations",
        "Profiles whose objects are to be worked out in advance for calculated attributes",
        RECALCULATIONS,
    ),
    Gauge("openprofiles_delayed_objects", "Objects that a server for tests holds back", DELAYED_OBJECTS),
)
"""What is read from the store when somebody asks for it: one row for each number."""


def read(tx: Transaction, now: int) -> list[int]:
    """The values of GAUGES."""
    return [_value(tx, gauge, now) for gauge in GAUGES]


def _value(tx: Transaction, gauge: Gauge, now: int) -> int:
    row = tx.one(gauge.sql, most=MOST_COUNTED, now=now)
    return 0 if row is None else max(0, int(row["value"]))
