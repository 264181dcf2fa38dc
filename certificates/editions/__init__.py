"""Print editions: the papers of one order bound into one PDF, to be printed. Each single paper stays the proof; a bound copy is none."""
