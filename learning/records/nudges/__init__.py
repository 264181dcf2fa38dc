"""Two cautious nudges that can be switched off: a time one has planned oneself, and how many colleagues are through when that is true."""
