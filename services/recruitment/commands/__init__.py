"""What can be done in recruitment, each in one transaction.

A person's application rows are locked first (in id order), then their leader row, then their profile, then their needs.
"""
