"""What strangers may hand in, and what becomes of it; named after the threats S1 to S18."""
