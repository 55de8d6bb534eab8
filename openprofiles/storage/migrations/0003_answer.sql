-- Answers to calls that must not be done twice, kept for some minutes: a client that has lost one asks again.
-- `call` is a digest of the caller's invocation id and of all that was sent.
CREATE TABLE answer (
    account TEXT NOT NULL,
    call BYTEA NOT NULL,
    at BIGINT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (account, call)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX answer_at ON answer (at);
