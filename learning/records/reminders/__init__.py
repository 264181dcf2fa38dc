"""Reminders of what is due: when somebody is written to, and that it is never twice and never in vain."""
