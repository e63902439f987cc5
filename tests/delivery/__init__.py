"""What is delivered, as its users get it: the mock under a fuzzer, and the wheel in an empty environment."""
