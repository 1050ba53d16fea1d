"""What is decided before any search or model sees a message."""
