"""Many clients at once, and for long: what they are told, and what it costs the edge.

    connection   one client of the crowd: whole requests, whole answers, nothing between
    mix          what clients ask, each with what must be in its answer
    crowd        idle and busy clients together
    memory       how memory grows over many statements

``benchmarks.postgres.load`` does the same at length. Leaks are looked for without sockets, where every object can be
counted.
"""
