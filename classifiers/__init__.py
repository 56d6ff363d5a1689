"""Chinese text to category, unit, kind, urgency and place, each with its confidence and the words that decided."""
