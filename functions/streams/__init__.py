"""The consequences of a change: one module a table, each a pure function from a change to jobs.

`handlers` registers one Lambda function a stream, which sends those jobs to their queues. Jobs are
handled by the capabilities that work the queues off. A new consequence is one line in the module of
its table.
"""
