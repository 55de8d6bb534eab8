-- Since when a name is not used any more, and how often all supplies have been looked through since: who began to write
-- before that may have written behind the first look.
ALTER TABLE key_name_purge ADD COLUMN unused_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE key_name_purge ADD COLUMN passes BIGINT NOT NULL DEFAULT 0;
