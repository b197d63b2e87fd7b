"""A service's schema: transactions, the pool, migrations, mirrors, and which faults mean that the database is away."""
