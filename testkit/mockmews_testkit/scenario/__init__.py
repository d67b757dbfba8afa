"""Scenario files: the nouns they speak of, how they are read and written, and how they are played."""
