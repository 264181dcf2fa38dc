"""The letter of appreciation for a unit in which everybody has passed in time: a paper of the agency, signed by hand."""
