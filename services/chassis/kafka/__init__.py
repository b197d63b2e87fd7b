"""The Kafka door: the subscriber and its inbox, the relay of the outbox, their cluster, and who may do what there."""
