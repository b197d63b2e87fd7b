"""What can be done in notifications, each in one transaction."""
