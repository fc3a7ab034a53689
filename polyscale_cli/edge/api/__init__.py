"""Management API v1: PolyScale's endpoints as its official client calls them, and the edge's own beside them."""
