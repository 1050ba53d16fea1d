"""The tests; a package, so that a stray `tests` among the installed ones never stands in for it."""
