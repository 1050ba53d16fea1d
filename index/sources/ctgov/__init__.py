"""ClinicalTrials.gov over its API v2: what to ask for (`query`), whom to ask (`registry`), and how to ask (`wire`)."""
