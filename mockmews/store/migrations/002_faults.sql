-- Faults that stand, and which deliveries one of them holds back until others leave.

CREATE TABLE faults (
    world INTEGER NOT NULL,
    number INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (world, number)
) WITHOUT ROWID;

ALTER TABLE deliveries ADD COLUMN held_back INTEGER NOT NULL DEFAULT 0;
