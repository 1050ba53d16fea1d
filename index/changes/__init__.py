"""What changed between two versions of a trial's record: plain sentences, each with the words before and after."""

from index.changes.change import Change, ChangeKind
from index.changes.compare import changes

__all__ = ["Change", "ChangeKind", "changes"]
