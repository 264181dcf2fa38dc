"""The persons behind a number as a file: small lists at once, long ones made in the background."""
