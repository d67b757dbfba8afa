"""The faces that a test in Python sees: `mews` with its hotel and clock, its guests, and its app."""
