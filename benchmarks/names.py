"""The kinds of rows and readings by name, as they stand in the results."""

NO_STORE = ""

HELLO = "hello"
PUT_HALF, PUT_NEW, PUT_KNOWN = "put-half", "put-new", "put-known"
PROCESSES = "put-half-processes"
LOAD = "load"
SEARCH_EMAIL, SEARCH_ID = "search-email", "search-id"
CALCULATED_FEW, CALCULATED_MANY = "calculated-10", "calculated-1000"
HALF_LOAD = {SEARCH_EMAIL: "search-email-half", SEARCH_ID: "search-id-half"}
"""The half load of a kind."""

AT_SMALL = {PUT_NEW: "put-new-10000", PUT_KNOWN: "put-known-10000"}
AT_MILLION = {PUT_NEW: "put-new-million", PUT_KNOWN: "put-known-million"}
"""The same kinds of puts on a small and on a large store."""

ALONE, BESIDE_SEARCH = "put-alone", "put-beside-search"
BESIDE_LISTING, BESIDE_DELETION = "put-beside-listing", "put-beside-deletion"
BESIDE = (BESIDE_SEARCH, BESIDE_LISTING, BESIDE_DELETION)
"""Puts at a steady rate, beside one client's heavy work."""

INGESTION = "ingestion"
INGEST_PLAIN, INGEST_BLOCKS, INGEST_NO_HISTORY = "ingest-plain", "ingest-blocks", "ingest-no-history"
INGEST_ATTRIBUTE, INGEST_STREAM = "ingest-attribute", "ingest-stream"
"""Parts of ingestion by their CPU, in one process."""

DELIVER_PACED, DELIVER_BURST, DELIVER_FILE = "deliver-paced", "deliver-burst", "deliver-file"
"""Records of changes on their way to a destination."""

READY, IDLE, PEAK, STATEMENTS = "ready", "idle", "peak", "statements"
READY_MILLION, IDLE_MILLION, PEAK_MILLION = "ready-million", "idle-million", "peak-million"
MAKING_MILLION = "making-million"
LOG_SIZE = "log-size"

TITLES = {
    HELLO: "hello-JSON: decode a body, answer JSON",
    PUT_HALF: "PutProfileObject, half new, half known customers",
    PUT_NEW: "PutProfileObject, new customers",
    PUT_KNOWN: "PutProfileObject, known customers",
    PROCESSES: "PutProfileObject, half new, half known customers, 2 processes",
    LOAD: "`openprofiles load`, half new, half known customers",
    SEARCH_EMAIL: "SearchProfiles by `_email`",
    SEARCH_ID: "SearchProfiles by `_profileId`",
    CALCULATED_FEW: "GetCalculatedAttributeForProfile, 10 objects",
    CALCULATED_MANY: "GetCalculatedAttributeForProfile, 1,000 objects",
    HALF_LOAD[SEARCH_EMAIL]: "SearchProfiles by `_email`, half load",
    HALF_LOAD[SEARCH_ID]: "SearchProfiles by `_profileId`, half load",
    AT_SMALL[PUT_NEW]: "PutProfileObject, new customers, 10,000 profiles",
    AT_MILLION[PUT_NEW]: "PutProfileObject, new customers, 1,000,000 profiles",
    AT_SMALL[PUT_KNOWN]: "PutProfileObject, known customers, 10,000 profiles",
    AT_MILLION[PUT_KNOWN]: "PutProfileObject, known customers, 1,000,000 profiles",
    INGEST_PLAIN: "ingestion in one process, known customers: by its CPU",
    INGEST_BLOCKS: "the same with blocks in four sources",
    INGEST_NO_HISTORY: "the same without history",
    INGEST_ATTRIBUTE: "the same with a calculated attribute",
    INGEST_STREAM: "the same with an event stream",
    ALONE: "500 puts a second, alone",
    BESIDE_SEARCH: "beside a five-key AND over values of 100,000 profiles and more",
    BESIDE_LISTING: "beside a listing of 200,000 profiles, page after page",
    BESIDE_DELETION: "beside the deletion of 1,000,000 profiles",
    DELIVER_PACED: "records at Kinesis, moderate load: delay from the change",
    DELIVER_BURST: "records at Kinesis, from a burst of puts",
    DELIVER_FILE: "records in a file, from a burst of puts",
    READY: "start to ready, empty store",
    IDLE: "memory of the server process, idle",
    PEAK: "memory of the server process, peak of the run",
    STATEMENTS: "SQL statements for each object, 64 ingested together",
    READY_MILLION: "start to ready, 1,000,000 profiles",
    IDLE_MILLION: "memory of the server process, idle, 1,000,000 profiles",
    PEAK_MILLION: "memory of the server process, peak under load at 1,000,000 profiles",
    MAKING_MILLION: "making a store of 1,000,000 profiles with `openprofiles load`",
    LOG_SIZE: "the write-ahead log at its longest",
}

UNITS = {
    STATEMENTS: "",
    **dict.fromkeys((READY, READY_MILLION, MAKING_MILLION), "s"),
    **dict.fromkeys((IDLE, PEAK, IDLE_MILLION, PEAK_MILLION, LOG_SIZE), "MB"),
}
STORES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", NO_STORE: ""}
BASES = {
    PUT_HALF: "the puts",
    INGEST_PLAIN: "that without",
    CALCULATED_FEW: "that of 10",
    INGEST_NO_HISTORY: "that without history",
    **dict.fromkeys(AT_SMALL.values(), "that at 10,000"),
}
"""What a ratio is of, in a few words."""
