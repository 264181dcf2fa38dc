"""May she be promoted: rules as data, the evidence, one pure decision, long lists, and receipts for what was answered."""
