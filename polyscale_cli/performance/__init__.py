"""The performance test: one read, asked of the database and of its cache in turn, and what both took.

Runs alternate, direct and through the cache, so that whatever else the machine, the network and the database do falls
upon both alike; one after the other, a noisy minute would be held against one of them. Both go over one connection that
is logged in already, by the same driver, and a time is what a program waits: from sending the statement to its last row
as a value of Python's. Before anything counts, both are warmed up: the database reads from its own memory, too.
"""
