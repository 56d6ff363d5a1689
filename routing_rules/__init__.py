"""Decision tables of a hotline office: the engine, its check, and the packs that hold a city's tables as data."""
