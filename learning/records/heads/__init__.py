"""News for heads of units by mail: how far their units are, now and then, as often as each wants it."""
