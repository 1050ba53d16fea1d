"""What a person said of themselves, and what the criteria make of it."""
