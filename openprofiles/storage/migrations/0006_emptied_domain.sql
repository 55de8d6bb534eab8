-- 1 once a worker has found a deleted domain empty: it is looked at again only when it may be forgotten, since whoever
-- began before the deletion may still have written beside it.
ALTER TABLE domain ADD COLUMN emptied BIGINT NOT NULL DEFAULT 0;
