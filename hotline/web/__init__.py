"""What people and machines reach over HTTP: the JSON API, the pages, sign-in, probes and metrics."""
