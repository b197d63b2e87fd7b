"""How `pln` reaches a network: over HTTP as somebody, in Kafka as an operator, in the databases of its services."""
