"""The commands of practice: `itbcalc practice ...`."""
