"""The one structured logger. Give what a line is about as keywords: `log.info("rendered", ...)`.

Keys are passed with each line instead of being appended to the logger, because a warm process may
serve several requests on several threads. `correlation_id` follows one upload from its request
through every worker.
"""

from aws_lambda_powertools import Logger

log = Logger(service="fanlight")
