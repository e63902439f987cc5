"""How a deployment is held to the contract from outside."""
