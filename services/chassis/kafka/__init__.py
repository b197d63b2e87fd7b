"""The Kafka door: the subscriber and its inbox, the relay of the outbox, and the cluster they belong to."""
