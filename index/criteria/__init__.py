"""Eligibility text as criteria: where each stands, how they nest, and what each asks of a person."""
