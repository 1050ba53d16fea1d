"""Signs that a record is out of date or disagrees with itself: each flag quotes what it rests on, and picks no side."""

from index.health.checks import flags
from index.health.flag import Flag, Sign

__all__ = ["Flag", "Sign", "flags"]
