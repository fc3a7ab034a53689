"""SQL over HTTP: hits of the edge against an endpoint of a usual Python server that answers the same bytes."""
