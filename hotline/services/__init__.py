"""Use cases, one a module. Only services open a unit of work; one service call is one explicit commit."""
