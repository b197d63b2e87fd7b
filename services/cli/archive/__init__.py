"""Backups of a network, and the way back: everybody agrees in the end, whatever Kafka has heard since."""
