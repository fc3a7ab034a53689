"""The engine alone against a model of a database, in orders that a seed decides; nothing waits, and time is a number.

    database   tables that have versions, definitions that decide what a view reads and where a write spreads
    statements what clients send
    client     what a wire does for one session, as a generator that stops wherever others may come in between
    ghost      what is left at the database of a client that was lost
    world      the engine, its caches, who is there, and what befalls them: purges, losses, time
    wishes     what people want of a cache: rules for the engine, told once more for the judge
    judge      what may be answered, and what must hold of the engine itself
    run        one seed, or many of them on all processors
    faults     ways to break the engine, each of which must be found

``python -m tests.simulation --seed N`` plays one seed again and tells its story.
"""
