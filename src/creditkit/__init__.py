"""creditkit: one contract for Waldur's Customer Credits API, and three tools that live off it."""
