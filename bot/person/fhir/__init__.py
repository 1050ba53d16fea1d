"""A FHIR R4 record of one patient -> facts, each with the words that stand in the record; and what was left aside."""
