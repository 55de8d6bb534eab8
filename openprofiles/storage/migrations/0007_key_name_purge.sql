-- A key name that no object type uses any more, and behind which supply of key values a worker has removed its values.
CREATE TABLE key_name_purge (
    domain BIGINT NOT NULL,
    name TEXT NOT NULL,
    owner BYTEA NOT NULL,
    supplier BYTEA NOT NULL,
    PRIMARY KEY (domain, name)
) /*sqlite: WITHOUT ROWID */;
