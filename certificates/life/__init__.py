"""What happens to a certificate after it was issued, by two people; what stands behind it; what its holder is told."""
