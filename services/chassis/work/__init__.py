"""What is done without anybody asking by HTTP: reactions, the workers that do them, and the scheduler of jobs."""
