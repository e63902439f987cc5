"""From a routed request to its answer: permission, handler, problems; both are held to the contract."""
