-- Dead letters that a domain's queue is still to be told of, and when the next try is (wall time).
CREATE TABLE letter_to_send (
    domain BIGINT NOT NULL,
    letter BYTEA NOT NULL,
    next_try_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (domain, letter)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX letter_to_send_next ON letter_to_send (next_try_at, domain, letter);
