"""Units in which everybody has passed before the campaign: found in the book of days, kept for ever, never a list of the others."""
