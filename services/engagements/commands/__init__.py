"""What can be done in engagements, each in one transaction: by a person, by an organisation's staff, by the system.

Locks are taken in one order: intakes in id order, then engagements in id order.
"""
