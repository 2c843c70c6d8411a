"""Scores of the product on labelled files; each module judges by its own fixed tables."""
