"""The paper: HTML template, style sheet and the process that turns a payload into PDF bytes.

Runs in a process of its own (`worker`), so that a slow or broken rendering never holds up a page. Knows payloads,
not tables; reads nothing but the files in this folder and the bundled fonts. One sub-folder is one template
version: a certificate is always printed with the version it was issued with, so a version is never edited after
a release, only added.
"""
