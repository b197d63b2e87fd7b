"""What every room of `pln` uses: how it prints, how it says what stands in the way, how it runs a coroutine."""
