-- Written for every engine: BIGINT and BYTEA are PostgreSQL's names, which SQLite takes as they are.
-- `/*sqlite: … */` is a comment to PostgreSQL and plain text to SQLite.
-- Times are milliseconds since the epoch, UTC. Ids are 16 bytes. Documents are JSON.

-- One value of the store itself: the page-token key, the last number given.
CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE access_key (
    access_key_id TEXT NOT NULL PRIMARY KEY,
    secret_access_key TEXT NOT NULL,
    account TEXT NOT NULL,
    domain_pattern TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- `domain` is a number that is new at each creation; all other tables start with it. A row with `deleted_at` is a
-- tombstone: its name is free, nothing of it can be read, and a worker removes what is left in small steps.
CREATE TABLE domain (
    domain BIGINT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    document TEXT NOT NULL,
    tags TEXT NOT NULL
);
CREATE UNIQUE INDEX domain_name ON domain (account, region, name) WHERE deleted_at IS NULL;
CREATE INDEX domain_deleted ON domain (deleted_at) WHERE deleted_at IS NOT NULL;

-- The sums that GetDomain shows, spread over shards so that they are no hot spot.
CREATE TABLE domain_counter (
    domain BIGINT NOT NULL,
    shard BIGINT NOT NULL,
    profiles BIGINT NOT NULL,
    objects BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    metered BIGINT NOT NULL,
    PRIMARY KEY (domain, shard)
);

-- Named documents of a domain: object types, later layouts, streams, segments. `number` is new at each creation.
CREATE TABLE definition (
    domain BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    document TEXT NOT NULL,
    tags TEXT NOT NULL,
    PRIMARY KEY (domain, kind, name)
);

-- Which object type uses which key name, with the content types of the key's fields: names are global in a domain.
CREATE TABLE key_name (
    domain BIGINT NOT NULL,
    name TEXT NOT NULL,
    object_type BIGINT NOT NULL,
    content_types TEXT NOT NULL,
    PRIMARY KEY (domain, name, object_type)
);

-- Object types that were deleted and whose objects a worker still removes.
CREATE TABLE object_type_purge (
    domain BIGINT NOT NULL,
    object_type BIGINT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (domain, object_type)
);

CREATE TABLE profile (
    domain BIGINT NOT NULL,
    id BYTEA NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    objects BIGINT NOT NULL,
    document TEXT NOT NULL,
    claims TEXT NOT NULL,
    PRIMARY KEY (domain, id)
);

CREATE TABLE profile_object (
    domain BIGINT NOT NULL,
    object_type BIGINT NOT NULL,
    unique_key BYTEA NOT NULL,
    profile BYTEA NOT NULL,
    ingested_at BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    size BIGINT NOT NULL,
    object TEXT NOT NULL,
    claims TEXT NOT NULL,
    PRIMARY KEY (domain, object_type, unique_key)
);
CREATE INDEX profile_object_of_profile ON profile_object (domain, profile, object_type, ingested_at, sequence, unique_key);

-- A standard object other than the profile (`_asset`, `_case`, `_order`): decided from claims like a profile.
CREATE TABLE standard_object (
    domain BIGINT NOT NULL,
    id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    profile BYTEA NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    document TEXT NOT NULL,
    claims TEXT NOT NULL,
    PRIMARY KEY (domain, id)
);
CREATE INDEX standard_object_of_profile ON standard_object (domain, profile, kind, updated_at, id);

-- Key values, hashed, with who owns them (a profile or a standard object) and who supplies them to it. A value goes with
-- its last supplier. `role`: 1 = ingestion resolves by it, 2 = SearchProfiles finds by it, 3 = both.
CREATE TABLE key_value (
    domain BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    owner BYTEA NOT NULL,
    supplier BYTEA NOT NULL,
    role BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (domain, hash, owner, supplier)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX key_value_of_owner ON key_value (domain, owner, supplier);

-- A profile with winning claims whose source of this object type is gone.
CREATE TABLE gone_source (
    domain BIGINT NOT NULL,
    object_type BIGINT NOT NULL,
    profile BYTEA NOT NULL,
    PRIMARY KEY (domain, object_type, profile)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX gone_source_of_profile ON gone_source (domain, profile);

-- One row for every change of a profile, numbered by the profile's version.
CREATE TABLE history (
    domain BIGINT NOT NULL,
    profile BYTEA NOT NULL,
    version BIGINT NOT NULL,
    id BYTEA NOT NULL,
    action TEXT NOT NULL,
    at BIGINT NOT NULL,
    performed_by TEXT NOT NULL,
    object_type TEXT,
    unique_key BYTEA,
    content TEXT,
    PRIMARY KEY (domain, profile, version)
);

-- Profiles as they were before a merge absorbed them, so that the merge can be undone.
CREATE TABLE merge_journal (
    domain BIGINT NOT NULL,
    profile BYTEA NOT NULL,
    id BYTEA NOT NULL,
    at BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (domain, profile, id)
);

-- Objects that were accepted and then could not be given to a profile.
CREATE TABLE dead_letter (
    domain BIGINT NOT NULL,
    id BYTEA NOT NULL,
    at BIGINT NOT NULL,
    object_type BIGINT NOT NULL,
    object_type_name TEXT NOT NULL,
    unique_key BYTEA NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (domain, id)
);
CREATE INDEX dead_letter_of_type ON dead_letter (domain, object_type, id);
