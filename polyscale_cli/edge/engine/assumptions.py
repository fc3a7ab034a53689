"""What the automation assumes: every constant of ``engine/automation``, and why it is what it is."""

from __future__ import annotations

STALE_SHARE = 0.01
"""Of an answer's reads, how many may be stale by the changes that no write explains. What people who set a TTL by
hand accept unknowingly is more: 60 s on data that changes every ten minutes are 5 %."""

AIMED_SHARE = 0.7 * STALE_SHARE
"""What a TTL is chosen for. An estimate that is too low lets answers live too long, and just these are then read
most; and what is not known yet has to be paid from the rest. With 0.85 one simulated hour in three broke the bound,
where answers change every quarter of an hour."""

FIRST_TTL = 30.0
"""Seconds, while nothing is known of a cache. People try a query by hand, three times, and read in between; that has to
be a hit. ``FIRST_DECLINE`` is chosen so that this comes out."""

SHORTEST_TTL = 0.005
"""Seconds. An answer that lives shorter is not kept: it would be of use only to queries that are read more than 200
times a second each, and keeping one costs as much as a hit saves from a database on the same machine."""

RATES = tuple(2.0**power for power in range(-18, 6))
"""Changes per second that are told apart: from one in three days, which allows a TTL of more than an hour, to 32 a
second, which allows none. Neighbours differ by 2, for a mean lies between them, and a finer grid costs time and gains
nothing."""

FIRST_DECLINE = 0.575
"""How much rarer a higher rate is thought to be at first: half the rate, 2 to this power as probable. Most data is
changed by those who use the cache, which the edge sees; what is left changes seldom, and all scales are possible."""

FIRST_WEIGHT = 1.0
"""How many templates' evidence the first assumption counts for. One: the second template of a cache already leans on
the first."""

CACHE_MEMORY = 40.0
"""Contributions of templates that a cache remembers: enough for the mixture of a program's templates, few enough to
forget the ways of the last release."""

NEW_HABITS = 0.05
"""Probability, at each change, that the template's rate is another one from now on. Without it, an hour of stable
answers would take an hour of changes to be outweighed; with it, the estimate rests on about the last 20 changes."""

SURPRISE = 0.01
"""The same for a single query, of which only sums are known: a change that was this improbable halves them, and one
that was to be expected takes nothing."""

FADING = 0.2
"""What each change takes of what a query has shown before, be it probable or not: so that five changes at most have
to be outweighed once they have ended."""

OWN_HABITS = 0.01
"""Share of a template's queries that are assumed to have a rate of their own. It lets strong evidence of a query
depart from its template, and leaves weak evidence without effect."""

OWN_INTERVALS = 4.0
"""So many intervals of a query halve what another one teaches its template. Otherwise the few queries that change,
which are refreshed more often than the others for it, would speak for all: where one query in ten changed, 53 % of
the answers were hits, and are 70 % now."""

CREDIT = 3.0
"""How many seconds of intervals a template may learn from in one second. Its answers may all be changed by one write:
then a hundred queries that were stable for a minute have shown no more than one. Without a limit, 6 % of such answers
were stale. With 1 it would learn slower than it can where they change one by one."""

MOST_CREDIT = 180.0
"""Seconds of intervals that are saved up while nobody asks: a minute's worth."""

IMPROBABLE = 0.3
"""A change that was less probable than this is a sign that the estimate no longer holds. At a TTL that keeps the
bound, a change is to be expected in one interval of fifty, and any is such a sign; where a query is read seldom, one
in two intervals may show a change, and none is."""

CUT = 1 / 16
"""What is left of the TTL after such a change. Two of them make a quarter of a second of a minute; where the
estimate was right all the same, four intervals undo it."""

LEAST_CAUTION = 1e-4
"""No TTL is cut further: it is nothing by then, and has to grow again some day."""

LONGEST_INTERVAL = 3600.0
"""Seconds of an interval that are believed: clocks jump, and machines are suspended."""

SHORTEST_INTERVAL = 1e-6
"""Seconds; two answers that differ at one moment, as those of a query that is not deterministic, are told of by this
one."""

POPULAR_HITS = 32
"""Hits of one answer from which on it is refreshed ahead, or looked at early: one way more to the origin is then 3 %
of its reads at most. Nobody gets there by trying a query by hand."""

MANY_LOOKS = 64
"""Looks at unpopular answers of a template after which one of them is refreshed all the same: a thousand queries that
are each read now and then are as much traffic as one that is popular."""

FIRST_LOOK = 1.0
"""Seconds after which an answer of which nothing is known is looked at again, if it is popular. So a query read a
thousand times a second that changes ten times a second shows that after about a thousand stale answers, and not after
thirty thousand: in an hour, three in ten thousand. Earlier looks would gain next to nothing, and whoever fills and
hits within a second, as tests and people do, can rely on what was kept."""

SHARED_EXPERIENCE = 1 / 16
"""How much of a template's experience spares a query of it early looks: sixteen queries that were stable for a
minute, and the next is trusted for a minute."""

LEAD = 0.05
"""Of its TTL, how long before its end a popular answer is refreshed by its next reader, while the others are still
served: long enough for the origin to answer, short enough to cost no more than 5 % of the refreshes."""

LONGEST_LEAD = 0.25
"""Of its TTL, for origins that are slow: beyond it, refreshing ahead would be refreshing all the time."""

LEAD_FOR_ORIGIN = 4.0
"""So many times what the origin usually takes is what it may need on a bad day."""

HIT_SECONDS = 20e-6
"""What a hit costs a client on loopback, all in all: a query that the origin answers faster is not worth its memory.
An origin on loopback takes 60 µs for the simplest statement, so this only refuses what is answered elsewhere than in
a database."""

RECENT = 1 / 16
"""Weight of the newest in what is averaged over time: what the origin takes, and how long it is from one answer to
the next."""

PROBE_SECONDS = 1.0
"""Between two answers that are kept only to be compared, of a template whose answers change too often. One a second
costs nothing, and finds out within minutes that a template has become stable."""
