"""What operators see and do: health, what is stuck, restating, how long things are kept, and maintenance."""
