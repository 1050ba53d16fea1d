"""One module per system whose saved text pages can be read, and the layout they share."""
