"""One person beside the rules of many trials, for clinicians."""
