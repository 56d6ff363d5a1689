"""Everything between the outbox and the services: broker, topics, records, agents, guard, relay, health.

Kafka carries facts and is never the truth: each part here may be killed at any time, and what it did is done again without
effect. Nothing is built at import time; the composition root hands every value in.
"""
