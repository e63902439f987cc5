"""A deployment of the Customer Credits API that is not the mock: Django, Django REST framework, PostgreSQL.

It imports nothing of creditkit and shares no rule with it: it is what the mock, the check, the proxy and the
clients answer to. `python -m deployment --help` starts it; docs/deployment.md says what it is for.
"""
