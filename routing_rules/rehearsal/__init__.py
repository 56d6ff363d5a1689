"""A new book before it goes live: what changed in words, and what past orders would have met."""
