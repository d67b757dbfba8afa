"""The test kit: plays guest and hotel against an app, and says what it found.

Importing this package loads nothing heavy.
"""
