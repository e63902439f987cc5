"""The mock held to the independent deployment: both get the same requests, and must answer alike."""
