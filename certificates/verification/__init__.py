"""Checking many certificates at once: a list in, states out, and a receipt that somebody else can check later."""
