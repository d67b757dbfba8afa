-- Ids stand as they are shown: pages and inserts rewrite none. COMB GUIDs made one after another are alike in
-- their tail alone (contract.md 6), so the indexes begin with it: neighbours in time are neighbours there.

DROP INDEX threads_by_id;
DROP INDEX messages_by_id;
UPDATE threads SET
    id = lower(substr(hex(id), 13, 8) || '-' || substr(hex(id), 21, 4) || '-' || substr(hex(id), 25, 4)
        || '-' || substr(hex(id), 29, 4) || '-' || substr(hex(id), 1, 12)),
    enterprise = lower(substr(hex(enterprise), 13, 8) || '-' || substr(hex(enterprise), 21, 4) || '-'
        || substr(hex(enterprise), 25, 4) || '-' || substr(hex(enterprise), 29, 4) || '-'
        || substr(hex(enterprise), 1, 12));
UPDATE messages SET
    id = lower(substr(hex(id), 13, 8) || '-' || substr(hex(id), 21, 4) || '-' || substr(hex(id), 25, 4)
        || '-' || substr(hex(id), 29, 4) || '-' || substr(hex(id), 1, 12));
CREATE UNIQUE INDEX threads_by_id ON threads (world, substr(id, 25), id);
CREATE UNIQUE INDEX messages_by_id ON messages (world, substr(id, 25), id);
