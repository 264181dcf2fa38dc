"""The signature on the paper: who puts it there, and whether it still holds.

`backend` says what a signer is, `local`, `remote` and `remote_hash` are signers, `choosing` takes one by the settings. `inspecting` judges
a file, `examining` does so in a process of its own, because the file comes from strangers. Nothing here knows a table, a
payload or a request.
"""
