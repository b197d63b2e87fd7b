"""The checker: does the network keep what it promises? `pln verify`, the tour and the fault tests ask it.

It is an operator's tool: it reads every service's schema as the administrator and Kafka without a group, and it
changes nothing. `report` lists the promises. `check.check` looks, again and again while something seems broken; what
it looks at is in `bookkeeping` (the chassis' tables), `agreement` (owners, Kafka and mirrors), `effects`, `money`,
`four_hands`, `looking_after`, `roles` and `draws`.
"""
