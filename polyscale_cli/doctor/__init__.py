"""What goes wrong in practice, each looked at by a check of its own.

A check finds and explains; it changes nothing, starts nothing, and raises nothing.
"""
