"""Trials as text that can be searched; knows no person and no chat model."""
