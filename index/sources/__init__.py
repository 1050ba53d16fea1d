"""Everything that a trial can be read from."""
