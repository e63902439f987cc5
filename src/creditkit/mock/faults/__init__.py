"""Faults: late, failing and cut answers, injected on demand, by operation and with a seed.

    >>> from creditkit.mock import Dice, Faults, fault_of
    >>> faults = Faults((fault_of("customer_credits_list:status=503,rate=0.5"),), seed=7)
    >>> dice = Dice(faults)
    >>> [[str(effect) for effect in dice.roll("customer_credits_list")] for _ in range(5)]
    [[], [], [], ['status=503'], ['status=503']]

A fault is not a deviation: the mock behind it still answers as the contract says.
"""

from .effects import Cut as Cut
from .effects import Delay as Delay
from .effects import Disconnect as Disconnect
from .effects import Effect as Effect
from .effects import Latency as Latency
from .effects import Status as Status
from .effects import Trickle as Trickle
from .fault import Dice as Dice
from .fault import Fault as Fault
from .fault import Faults as Faults
from .notation import fault_of as fault_of
from .notation import faults_in as faults_in
from .step import Inject as Inject
