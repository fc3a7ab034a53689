"""How long Hypothesis looks: a moment in the suite, always the same; long and at random with ``make fuzz``.

FUZZ_EXAMPLES says how many cases of each test ``make fuzz`` tries, 5000 if it is not set.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("suite", max_examples=100, deadline=None, derandomize=True, database=None)
settings.register_profile(
    "fuzz",
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "5000")),
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("FUZZ_PROFILE", "suite"))
