"""The JSON API of letters and calls, for the staff of the network."""
