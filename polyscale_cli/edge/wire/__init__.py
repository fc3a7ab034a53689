"""One folder per database protocol; none of them knows another."""
