"""`python -m creditkit.cli` is `creditkit`."""

from . import main

main()
