"""What can be done in matching, each in one transaction: a module for each noun."""
