"""How a message is read: whom its words are about, what they deny, ask or imagine; and a reader for each kind."""
