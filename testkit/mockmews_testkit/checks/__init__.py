"""The score card's checks: what each one asks of an app, and the laws that judge a finished run."""
