"""Landing rows, read and decided: the names of each, and every contact point with its column and its class. Pure.

Rows are taken many at a time, column by column; of what several of them share each thing is looked at once.
"""

from include.intake.listings.beside import decided_beside
from include.intake.listings.read import LISTINGS, POINTS, ListingsRead, read_listings

__all__ = ["LISTINGS", "POINTS", "ListingsRead", "decided_beside", "read_listings"]
