"""The paper of a receipt: what it says, frozen when the receipt is made; drawn and signed once, kept, recognised when uploaded.

`payload` is pure. Both kinds of receipts (eligibility of a list of NIPs, state of a list of certificates) keep their
own tables in their own rooms; here stands only what they have in common once they are paper.
"""
