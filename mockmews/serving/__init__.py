"""`mockmews serve`: what is asked for, the run until a signal, and what it tells its user."""
