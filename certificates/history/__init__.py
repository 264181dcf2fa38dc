"""Training history: certificates in the shape in which agencies enter courses into the national personnel system (SIASN)."""
