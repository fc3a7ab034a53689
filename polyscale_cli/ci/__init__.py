"""What continuous integration needs beyond plain lines and exit codes: so far, GitHub Actions."""
