"""The verifier: what can be proved about a pack before it comes into force."""
