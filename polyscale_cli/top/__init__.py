"""What caches do at this moment: asked of the API once in a while, as rates between two readings, as lines of a screen.

`asking` asks, `rates` compares, `controls` are what keys change, `drawing` makes lines of it; `polling` does the asking
beside the screen, so that a slow API never keeps a key waiting.
"""
