"""Benchmarks and the sample city: what shows the product's speed and life, and is no part of its work."""
