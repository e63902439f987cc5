"""The mock: the API on one's own machine, stateful, every request and every answer held to the contract.

>>> from creditkit.mock import Settings, serve
>>> serve(Settings(port=8000))  # doctest: +SKIP
"""

from . import lazy_imports as lazy_imports  # isort: skip - imports Connexion, before any other module does

from creditkit.settings import Bounds as Bounds
from creditkit.settings import Engine as Engine
from creditkit.settings import Limits as Limits
from creditkit.settings import Settings as Settings

from .answering.judge import Finding as Finding
from .answering.judge import Judge as Judge
from .answering.plans import Plans as Plans
from .answering.request_context import RequestContext as RequestContext
from .app import create_app as create_app
from .control import Control as Control
from .control import ControlGuard as ControlGuard
from .cors import Cors as Cors
from .faults import Cut as Cut
from .faults import Delay as Delay
from .faults import Dice as Dice
from .faults import Disconnect as Disconnect
from .faults import Effect as Effect
from .faults import Fault as Fault
from .faults import Faults as Faults
from .faults import Latency as Latency
from .faults import Status as Status
from .faults import Trickle as Trickle
from .faults import fault_of as fault_of
from .faults import faults_in as faults_in
from .http.fast_path import FastPath as FastPath
from .reading.forms import content_of as content_of
from .server import MakeApp as MakeApp
from .server import Staging as Staging
from .server import as_started as as_started
from .server import host as host
from .server import maker as maker
from .server import serve as serve
from .worlds.client_worlds import ClientWorld as ClientWorld
from .worlds.client_worlds import ClientWorlds as ClientWorlds
from .worlds.world_selection import Select as Select
