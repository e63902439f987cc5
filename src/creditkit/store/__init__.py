"""Worlds in TinyDB: the domain of the mock, its rules and its durability. No HTTP and no URLs.

::

    from creditkit.store import World, default_seed_path, load_seed

    world = World.open(load_seed(default_seed_path()))
    staff = world.users[0]
    first = world.credits.listing(staff)[0]
    world.credits.view(first).customer.name     # 'Aurora Research Labs'

A value that travels is a frozen dataclass or struct; objects refer to each other by dashed uuid. What a
world does not grant, it raises as one of `creditkit.errors`.
"""

from .domain.clock import Clock as Clock
from .domain.fields import PLAIN as PLAIN
from .domain.fields import FieldKind as FieldKind
from .domain.fields import plain_fields as plain_fields
from .domain.model import COMPUTED as COMPUTED
from .domain.model import Consumption as Consumption
from .domain.model import Credit as Credit
from .domain.model import CreditView as CreditView
from .domain.model import Customer as Customer
from .domain.model import Offering as Offering
from .domain.model import User as User
from .files.interchange import export_world as export_world
from .files.interchange import import_world as import_world
from .files.interchange import repair_world as repair_world
from .jobs import Kind as Kind
from .jobs import Movement as Movement
from .seeds.gallery import gallery as gallery
from .seeds.gallery import gallery_list as gallery_list
from .seeds.gallery import gallery_path as gallery_path
from .seeds.seed import Seed as Seed
from .seeds.seed import default_seed_path as default_seed_path
from .seeds.seed import load_seed as load_seed
from .seeds.seed import read_seed as read_seed
from .tables.content import Changed as Changed
from .tables.table import Listing as Listing
from .timekeeping import Timekeeper as Timekeeper
from .world import NAME as NAME
from .world import World as World

__all__ = [
    "COMPUTED",
    "NAME",
    "PLAIN",
    "Changed",
    "Clock",
    "Consumption",
    "Credit",
    "CreditView",
    "Customer",
    "FieldKind",
    "Kind",
    "Listing",
    "Movement",
    "Offering",
    "Seed",
    "Timekeeper",
    "User",
    "World",
    "default_seed_path",
    "export_world",
    "gallery",
    "gallery_list",
    "gallery_path",
    "import_world",
    "load_seed",
    "plain_fields",
    "read_seed",
    "repair_world",
]
