"""PostgreSQL and Kafka on this machine: fetched once, started on loopback, stopped without a trace."""
