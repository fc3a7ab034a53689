"""The demonstration: a throw-away PostgreSQL, an edge of its own, and the main job shown step by step.

    postgres      a PostgreSQL out of a wheel, on loopback, in a temporary directory
    edge          an edge with a state directory of its own
    stage         both together, and what must be gone afterwards
    interrupts    Ctrl-C and SIGTERM, kept away while a process is being started or ended
    cast          the tables and the statements
    story         the steps, each measured and each compared with what must come out

Nothing here prints: the command does, step by step.
"""
