-- What ingestions lock where writers run beside each other: a row for each key value, or for some that share its first
-- bits, so that there are at most a million rows and none ever has to be removed before its domain goes.
CREATE TABLE key_lock (
    domain BIGINT NOT NULL,
    lock BIGINT NOT NULL,
    PRIMARY KEY (domain, lock)
) /*sqlite: WITHOUT ROWID */;
