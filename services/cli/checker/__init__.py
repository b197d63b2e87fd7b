"""The checker: does the network keep what it promises? `pln verify`, the tour and the fault tests ask it.

It is an operator's tool: it reads every service's schema as the administrator and Kafka without a group, and it
changes nothing. `check.check` looks; each other module holds a few promises, each a function of its own.
"""
