-- The body of a delivery stands with its first attempt, which sends it: so a row of deliveries never grows, and
-- no page of neighbours is split for it. Attempts are long rows that are only ever appended: kept by rowid,
-- they fill one page after the other, and a narrow index finds them.

CREATE TABLE attempts_by_rowid (
    world INTEGER NOT NULL,
    delivery INTEGER NOT NULL,
    number INTEGER NOT NULL,
    cause TEXT NOT NULL,
    at INTEGER NOT NULL,
    url TEXT NOT NULL,
    status INTEGER,
    milliseconds REAL NOT NULL,
    error TEXT,
    hops INTEGER NOT NULL,
    response TEXT NOT NULL,
    response_headers TEXT NOT NULL,
    body BLOB,
    PRIMARY KEY (world, delivery, number)
);
INSERT INTO attempts_by_rowid
    SELECT world, delivery, number, cause, at, url, status, milliseconds, error, hops, response,
        response_headers, NULL
    FROM delivery_attempts ORDER BY world, delivery, number;
DROP TABLE delivery_attempts;
ALTER TABLE attempts_by_rowid RENAME TO delivery_attempts;
