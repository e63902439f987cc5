"""The wire: a contract as what goes over it, with all that is only a matter of writing left out."""

from .demands import identity as identity
from .emission import Json as Json
from .emission import Mode as Mode
from .emission import emit as emit
from .emission import emit_others as emit_others
from .operations import Body as Body
from .operations import Header as Header
from .operations import Media as Media
from .operations import Operation as Operation
from .operations import Parameter as Parameter
from .operations import Response as Response
from .operations import Wire as Wire
from .operations import answering as answering
from .operations import covering as covering
from .reading import SLOT as SLOT
from .reading import read_wire as read_wire
from .rooting import rooted as rooted
from .schemas import Direction as Direction
from .schemas import Schemas as Schemas
from .security import NOTHING as NOTHING
from .security import Credentials as Credentials
from .security import admits as admits
from .views import ANY as ANY
from .views import Group as Group
from .views import Node as Node
from .views import View as View
