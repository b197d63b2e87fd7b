"""An organisation's own list of people: what its columns mean, what a line says, who is one person, how far it is."""
