"""Proof: whether a difference breaks somebody, shown by an exchange checked against both contracts."""

from .exchange_checker import ExchangeChecker as ExchangeChecker
from .exchanges import SampleExchange as SampleExchange
from .minimal_exchanges import ExchangeBuilder as ExchangeBuilder
from .proof import Flow as Flow
from .proof import Step as Step
from .proof import witness as witness
from .schema_algebra import covers as covers
from .schema_algebra import validator_of as validator_of
