"""Rules that are kept as written, judged by a chat model that may only point at the person's own words."""
