"""Sends requests to a deployment: client, guard, ownership journal, and the lab that probes work in.

Knows a URL and the contract, and nothing of requirements or verdicts.
"""

from .cleanup import Cleaned as Cleaned
from .cleanup import clean_up as clean_up
from .cleanup import told as told
from .client import Client as Client
from .client import processor_wait as processor_wait
from .equality import differences as differences
from .equality import is_uuid as is_uuid
from .equality import last_segment as last_segment
from .equality import number as number
from .equality import path_of as path_of
from .equality import plain as plain
from .equality import same as same
from .equality import uuids as uuids
from .exchanges import Exchange as Exchange
from .guard import SAFE as SAFE
from .guard import Guard as Guard
from .guard import NotAllowed as NotAllowed
from .lab import CREDITS as CREDITS
from .lab import CannotJudge as CannotJudge
from .lab import Lab as Lab
from .ownership_journal import OwnershipJournal as OwnershipJournal
from .ownership_journal import alone as alone
from .target import ROLES as ROLES
from .target import Mode as Mode
from .target import Target as Target
