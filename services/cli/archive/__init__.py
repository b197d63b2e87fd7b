"""Backups of a network, and the way back: all services and Kafka agree in the end, whatever has happened since."""
