"""What can go wrong between a source and a search, drawn as a tree.

TrialogueIndexError
├── SourceError          a file or record that cannot be read as a trial
├── StoreError           the store folder cannot be used
│   ├── StoreMissing     nothing was indexed there yet
│   ├── StoreReadOnly    the folder cannot be written
│   ├── StoreBusy        another process is building
│   ├── DerivedBroken    words or vectors cannot be used, and can be made again
│   └── OtherEmbedder    the store was made with another embedding model
└── UnknownTrial         an id that is not in the store
"""


class TrialogueIndexError(Exception):
    """The root; its message says what happened, with what value, and what to do next."""


class SourceError(TrialogueIndexError):
    """A file or a record that cannot be read as a trial."""


class StoreError(TrialogueIndexError):
    """The store folder cannot be used as it is."""


class StoreMissing(StoreError):
    """Nothing was indexed in this folder yet."""


class StoreReadOnly(StoreError):
    """The folder cannot be written."""


class StoreBusy(StoreError):
    """Another process is building the store."""


class DerivedBroken(StoreError):
    """Words or vectors cannot be used; they can be made again from the records."""


class OtherEmbedder(StoreError):
    """The store was made with another embedding model; its vectors mean something else."""


class UnknownTrial(TrialogueIndexError):
    """A trial id that this store does not hold."""
