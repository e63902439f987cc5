"""What is done to documents that this release has not written: earlier ones did, or other programs."""

from __future__ import annotations

from collections.abc import Iterator

from .content import Content
from .rows import KIND, FiledCredit
from .tinyjournal import Change


def renewal(content: Content) -> Iterator[Change]:
    """The changes that bring documents without faults to the present format.

    A credit's document gets the name of its customer: format 1 did not have it, and who edits a customer
    need not know that it is there.
    """
    customers, credits_ = content.customers, content.credits
    for doc_id in credits_.ids():
        credit = credits_.read(doc_id)
        name = customers[credit.customer].name
        if credits_.row(doc_id).get("customer_name") != name:
            yield credits_.put(FiledCredit.of(credit, name))
    yield content.meta.put(content.meta[KIND])
