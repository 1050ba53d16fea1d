"""One reader for each family of criteria: words in, a rule out, or `None` where the words are not wholly understood."""
