"""What people, machines and the clock ask of the front desk: one function for each, each in one transaction."""
