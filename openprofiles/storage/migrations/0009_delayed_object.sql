-- Objects that a server for tests has accepted and holds back, as AWS does.
CREATE TABLE delayed_object (
    domain BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    id BYTEA NOT NULL,
    caller TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (domain, due_at, id)
);
