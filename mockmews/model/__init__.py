"""The nouns: frozen structs of msgspec, and nothing beside it and the standard library."""
