"""`make bench-store`: see `measure`, which spawned processes must be able to import by name."""

from .measure import main

raise SystemExit(main())
