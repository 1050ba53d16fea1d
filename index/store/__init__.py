"""One folder: records are the truth; vectors and words are derived from them and can be made again."""
