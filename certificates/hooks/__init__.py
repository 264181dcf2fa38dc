"""News for an agency's own systems: signed messages to an address they named, sent until they are taken or given up."""
