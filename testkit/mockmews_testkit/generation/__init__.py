"""Generation: conversations that Hypothesis thinks up. The only room that knows Hypothesis."""
