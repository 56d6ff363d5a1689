"""Figures: the rates as the office reads them, kept ready by the clock and always as true as a fold over all events."""
