"""Many papers of one course from one laid-out page: only what differs between two people is drawn anew.

`layouts` draws a page once with stand-ins and keeps it, `lines` finds the lines in which something differs and sets them
anew with the very functions that WeasyPrint sets them with, `files` writes a file of which most parts are ready. Whatever
does not fit gives None, and the ordinary engine draws that paper: a letter that the page's fonts were not prepared for, a
line that would wrap, another face. So the two ways give the same words in the same places, not the same bytes.
"""

# Stands in the record of each paper that is drawn this way, and goes up whenever the way changes what it draws.
VERSION = "reuse 1"
