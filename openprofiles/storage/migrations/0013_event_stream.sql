-- How many destinations listen to a domain's events: where none does, none is written.
ALTER TABLE domain ADD COLUMN listeners BIGINT NOT NULL DEFAULT 0;

-- How the delivery to a stream goes; its definition has the same number. Times are wall time. A stream that was deleted
-- or stopped stays until a worker has removed its events.
CREATE TABLE event_stream (
    domain BIGINT NOT NULL,
    stream BIGINT NOT NULL,
    uri TEXT NOT NULL,
    carries_deletions BIGINT NOT NULL,
    stopped_at BIGINT,
    deleted_at BIGINT,
    unhealthy_since BIGINT,
    message TEXT,
    waits_until BIGINT NOT NULL,
    PRIMARY KEY (domain, stream)
) /*sqlite: WITHOUT ROWID */;

-- Events that a stream is still to be told of. `position` orders those of one profile.
CREATE TABLE event (
    domain BIGINT NOT NULL,
    stream BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    profile BYTEA NOT NULL,
    position BIGINT NOT NULL,
    id BYTEA NOT NULL,
    at BIGINT NOT NULL,
    type TEXT NOT NULL,
    object_type TEXT,
    unique_key BYTEA,
    object TEXT,
    merge TEXT,
    PRIMARY KEY (domain, stream, bucket, profile, position)
);

-- A bucket is some of the profiles. Which node delivers it, until when nobody else does, and how that goes.
CREATE TABLE event_bucket (
    domain BIGINT NOT NULL,
    stream BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    owner BYTEA,
    leased_until BIGINT NOT NULL,
    failed_since BIGINT,
    tries BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    PRIMARY KEY (domain, stream, bucket)
) /*sqlite: WITHOUT ROWID */;
