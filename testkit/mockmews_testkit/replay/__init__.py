"""Replaying: which scenarios are played, against which app, on which fake, and what came of each."""
