"""Which trials answer a text, and which of their passages."""
