"""The conversation as a web page: what it shows of a turn, the handlers that run it, and the wall around it."""
