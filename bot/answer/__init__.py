"""Answers in which every claim carries the words it rests on."""
