"""Open Badges 3.0: the certificate as a verifiable credential, its keys, and the list that says which were taken back."""
