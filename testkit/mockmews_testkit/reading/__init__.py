"""How the files that people write for the kit are read: YAML with places, kinds of values, refusals."""
