"""The texts that go to a model, each one Markdown file, and a small strict loader for them."""
