"""Commands beside `serve`: a fake for the length of one command, and the front desk from a terminal."""
