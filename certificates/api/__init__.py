"""The interface for machines, /api/v1: an agency's own systems ask what its HR may ask.

One description (`operations`, `schemas`) makes the addresses, checks every request, is published as OpenAPI and judges
every answer in the tests. `gate` is the only door: token, scope, rate, parameters, body, log of looks.
"""
