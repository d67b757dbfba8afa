"""The tables by version: each file is one step, applied once, in the order of its number."""
