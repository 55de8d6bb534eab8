-- When an object type was deleted: it is forgotten once no transaction of before that can write to it any more.
ALTER TABLE object_type_purge ADD COLUMN deleted_at BIGINT NOT NULL DEFAULT 0;
