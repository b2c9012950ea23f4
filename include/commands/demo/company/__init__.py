"""An invented company that sells accounting by subscription: its books, their data map, and the people in them."""

from include.commands.demo.company.people import Account
from include.commands.demo.company.preparing import MAPS, prepare
from include.commands.demo.company.seeding import seed

__all__ = ["MAPS", "Account", "prepare", "seed"]
