"""SQL and nothing else: one database, a room for each noun, rows keyed by world and sequence."""
