"""The side panels: quick questions without a patient."""
