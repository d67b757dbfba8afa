-- Rows are keyed by world and sequence: identifiers do not sort, sequences do (contract.md 6).
-- An id is stored with its COMB tail first, so that neighbours in time are neighbours in the index.

CREATE TABLE worlds (
    world INTEGER PRIMARY KEY,
    document TEXT NOT NULL
);

CREATE TABLE threads (
    world INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    id BLOB NOT NULL,
    enterprise BLOB NOT NULL,
    original_sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    is_resolved INTEGER NOT NULL,
    PRIMARY KEY (world, sequence)
) WITHOUT ROWID;
CREATE UNIQUE INDEX threads_by_id ON threads (world, id);

-- A thread's messages stand together, newest last: a page of getAll is one seek.
CREATE TABLE messages (
    world INTEGER NOT NULL,
    thread INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    id BLOB NOT NULL,
    text TEXT NOT NULL,
    sender TEXT NOT NULL,
    created INTEGER NOT NULL,
    visible INTEGER NOT NULL,
    PRIMARY KEY (world, thread, sequence)
) WITHOUT ROWID;
CREATE UNIQUE INDEX messages_by_id ON messages (world, id);

CREATE TABLE deliveries (
    world INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    id TEXT NOT NULL,
    enterprise TEXT NOT NULL,
    integration TEXT NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    body BLOB,
    cause INTEGER,
    channel TEXT NOT NULL,
    PRIMARY KEY (world, sequence)
) WITHOUT ROWID;
CREATE INDEX deliveries_waiting ON deliveries (world, due) WHERE state = 'scheduled';

CREATE TABLE delivery_events (
    world INTEGER NOT NULL,
    delivery INTEGER NOT NULL,
    position INTEGER NOT NULL,
    discriminator TEXT NOT NULL,
    entity TEXT NOT NULL,
    PRIMARY KEY (world, delivery, position)
) WITHOUT ROWID;

CREATE INDEX delivery_events_about ON delivery_events (world, entity);

CREATE TABLE delivery_attempts (
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
    PRIMARY KEY (world, delivery, number)
) WITHOUT ROWID;

CREATE TABLE planned_replies (
    world INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (world, sequence)
) WITHOUT ROWID;
