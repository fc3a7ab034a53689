"""Commands about tokens and API keys."""
