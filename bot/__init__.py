"""A person, a conversation, an answer."""
