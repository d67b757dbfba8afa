"""The benchmarks: what a request, a webhook and a start cost beside their floors (`python -m bench`)."""
