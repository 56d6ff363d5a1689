"""Frozen values and pure functions of the hotline's trade; imports nothing but the standard library and the errors."""
