"""One module for each `pln` command, of the command's name: what it takes, what it explains, what it prints.

Commands know nothing of one another. What loads the services' own code is imported when the command runs: `pln` would
be twice as slow to start otherwise.
"""
