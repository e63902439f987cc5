"""The mock: the API on one's own machine, stateful, every request and every answer held to the contract.

>>> from creditkit.mock import Settings, serve
>>> serve(Settings(port=8000))  # doctest: +SKIP
"""

from . import late as late  # isort: skip - Connexion is imported there, before anybody else does it

from .app import Engine as Engine
from .app import create_app as create_app
from .control import Control as Control
from .control import Guard as Guard
from .cors import Cors as Cors
from .exchange import Exchange as Exchange
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
from .judge import Finding as Finding
from .judge import Judge as Judge
from .limits import Limits as Limits
from .plans import Plans as Plans
from .scenes import Bounds as Bounds
from .scenes import Scene as Scene
from .scenes import Scenes as Scenes
from .selecting import Select as Select
from .server import MakeApp as MakeApp
from .server import Staging as Staging
from .server import as_started as as_started
from .server import host as host
from .server import maker as maker
from .server import serve as serve
from .settings import Settings as Settings
from .sources import content_of as content_of
from .straight import Head as Head
from .straight import Straight as Straight
