"""JSON in and out: request bodies into nouns, nouns into response and webhook bodies."""
