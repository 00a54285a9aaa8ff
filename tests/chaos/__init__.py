"""Runs the whole product under injected faults and checks that nothing is lost.

A run is a sequence of operations by a few people, each drawn from the run's seed. Meanwhile AWS
calls fail, answers are lost, handlers are killed, and messages come late, twice and in any order.
Then the faults end, all work settles, and the invariants are checked. docs/chaos.md explains how to
run it and how to read a loss.
"""
