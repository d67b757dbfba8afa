-- What a receiver says in the headers of its answers, as lines "Name: value".

ALTER TABLE delivery_attempts ADD COLUMN response_headers TEXT NOT NULL DEFAULT '';
