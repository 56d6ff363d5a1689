"""Bulletins as files: spreadsheets, printable pages and office documents, all of the same data (``services.figures``)."""
