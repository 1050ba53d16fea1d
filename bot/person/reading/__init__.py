"""How a message is read: whom each word is about, what is denied, asked or only imagined, and a reader for each kind of fact."""
