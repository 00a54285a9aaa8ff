"""Access to AWS: clients, tables, queues and event batches, with retries."""
