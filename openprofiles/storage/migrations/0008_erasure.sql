-- Key values of customers who were erased, hashed with the store's own salt. They outlive the domain, whose name says
-- whom they are kept for, so that a file that is imported again later can be held against them.
CREATE TABLE erased_key (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    domain_name TEXT NOT NULL,
    hash BYTEA NOT NULL,
    erased_at BIGINT NOT NULL,
    PRIMARY KEY (account, region, domain_name, hash)
) /*sqlite: WITHOUT ROWID */;

-- The hashed key values that say whose object a dead letter holds.
CREATE TABLE dead_letter_key (
    domain BIGINT NOT NULL,
    letter BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (domain, letter, hash)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX dead_letter_of_key ON dead_letter_key (domain, hash, letter);
