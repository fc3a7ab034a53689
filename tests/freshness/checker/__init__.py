"""The checker: many readers and writers over tables with every trap there is, faults while they run, and a judge.

``make freshness`` runs it for minutes; the suite runs it for seconds, and once with a broken edge, which it must catch.
"""
