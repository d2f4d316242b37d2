"""Entra's and Okta's expressions: each a grammar, a tree, and an evaluation with three results."""
