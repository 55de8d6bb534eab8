-- Key values in two tables in place of one with a row for each value and supplier.
-- Whoever writes to the old one yet is waited for: what came in between would be lost with it.
/*postgres: LOCK TABLE key_value IN ACCESS EXCLUSIVE MODE; */

-- `key_supply`: what each supplier gives to an owner, as JSON: [hash in base64, role, name, value] of each value.
CREATE TABLE key_supply (
    domain BIGINT NOT NULL,
    owner BYTEA NOT NULL,
    supplier BYTEA NOT NULL,
    keys TEXT NOT NULL,
    PRIMARY KEY (domain, owner, supplier)
) /*sqlite: WITHOUT ROWID */;

-- `key_owner`: who owns a value, hashed, and how many supply it: what ingestion and SearchProfiles look up. Its rows are
-- small, since they lie at random. `role`: 1 = ingestion resolves by it, 2 = SearchProfiles finds by it, 3 = both.
CREATE TABLE key_owner (
    domain BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    owner BYTEA NOT NULL,
    role BIGINT NOT NULL,
    suppliers BIGINT NOT NULL,
    PRIMARY KEY (domain, hash, owner, role)
) /*sqlite: WITHOUT ROWID */;

INSERT INTO key_supply (domain, owner, supplier, keys)
SELECT domain, owner, supplier,
    /*sqlite: json_group_array(json_array(base64(hash), role, name, value)) */
    /*postgres: json_agg(json_build_array(encode(hash, 'base64'), role, name, value))::text */
FROM key_value GROUP BY domain, owner, supplier;

INSERT INTO key_owner (domain, hash, owner, role, suppliers)
SELECT domain, hash, owner, role, count(*) FROM key_value GROUP BY domain, hash, owner, role;

DROP TABLE key_value;
