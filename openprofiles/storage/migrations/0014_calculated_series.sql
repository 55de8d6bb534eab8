-- What the objects of a profile, of which it has many, mean to a calculated attribute, as of a version of the profile: so
-- that reading a value does not read them all. A definition that means something else has another number.
CREATE TABLE calculated_series (
    domain BIGINT NOT NULL,
    definition BIGINT NOT NULL,
    profile BYTEA NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (domain, definition, profile)
);
CREATE INDEX calculated_series_of_profile ON calculated_series (domain, profile, definition);

-- Profiles whose series are behind, or missing.
CREATE TABLE recalculation (
    domain BIGINT NOT NULL,
    profile BYTEA NOT NULL,
    PRIMARY KEY (domain, profile)
) /*sqlite: WITHOUT ROWID */;

-- Definitions that are gone since `gone_at`, whose series a worker removes. With the number 0, for all new definitions
-- of a domain together: up to which profile a worker has looked for those that have many objects.
CREATE TABLE calculation_sweep (
    domain BIGINT NOT NULL,
    definition BIGINT NOT NULL,
    profile BYTEA NOT NULL,
    gone_at BIGINT,
    PRIMARY KEY (domain, definition)
) /*sqlite: WITHOUT ROWID */;
