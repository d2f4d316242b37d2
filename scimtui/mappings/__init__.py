"""The attribute mapping review: importers, expressions, rules, the recommended mapping."""
