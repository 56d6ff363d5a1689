"""The product as a whole: real processes, real brokers, real databases, real text."""
