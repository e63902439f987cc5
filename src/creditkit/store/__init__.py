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

from .changes import Changed as Changed
from .clock import Clock as Clock
from .fields import PLAIN as PLAIN
from .fields import FieldKind as FieldKind
from .fields import plain_fields as plain_fields
from .gallery import gallery as gallery
from .gallery import gallery_list as gallery_list
from .gallery import gallery_path as gallery_path
from .interchange import export_world as export_world
from .interchange import import_world as import_world
from .interchange import repair_world as repair_world
from .jobs import Kind as Kind
from .jobs import Movement as Movement
from .listing import Listing as Listing
from .model import COMPUTED as COMPUTED
from .model import Consumption as Consumption
from .model import Credit as Credit
from .model import CreditView as CreditView
from .model import Customer as Customer
from .model import Offering as Offering
from .model import User as User
from .seed import Seed as Seed
from .seed import default_seed_path as default_seed_path
from .seed import load_seed as load_seed
from .seed import read_seed as read_seed
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
