"""12345 hotline work-order routing: from a call to a dispatched order with a due time, and the rates that show it."""
