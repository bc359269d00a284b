"""The words, scales, dated rules and languages that every other room holds constant."""
