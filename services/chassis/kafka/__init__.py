"""The Kafka door: the subscriber and its inbox, the relay of the outbox, the cluster they belong to, who may do what."""
