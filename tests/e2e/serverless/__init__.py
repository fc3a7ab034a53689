"""SQL over HTTP, on real servers, through the real edge."""
