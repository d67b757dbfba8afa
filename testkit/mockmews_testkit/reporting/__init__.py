"""Writers of what a runner tells."""
