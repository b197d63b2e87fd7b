"""What every room of the chassis stands on: settings, who is asking, refusals in words, metrics and logs, wording."""
