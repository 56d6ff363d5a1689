"""A month of a district lived through the real services, and what must be true of it at the end."""
