"""The product's figures are fields of its log lines, as CloudWatch reads them."""

import json
import logging
from io import StringIO

from aws_lambda_powertools import Logger

from functions.observability import FANOUT_DELAY, RENDER_TIME, metric_fields


def test_a_figure_names_itself_its_unit_and_its_stage():
    fields = metric_fields(RENDER_TIME, 412)
    [directive] = fields["_aws"]["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "Fanlight",
        "Dimensions": [["Stage"]],
        "Metrics": [{"Name": "RenderTime", "Unit": "Milliseconds"}],
    }
    assert fields["RenderTime"] == 412
    assert fields["Stage"] == "local"
    assert fields["_aws"]["Timestamp"] > 1_700_000_000_000


def test_the_line_that_is_logged_has_the_figure_at_its_root():
    written = StringIO()
    logger = Logger(service="figures", stream=written, level=logging.INFO)
    logger.info("delivered", post_id="p", **metric_fields(FANOUT_DELAY, 7.5))
    line = json.loads(written.getvalue())
    assert line["message"] == "delivered"
    assert line["FanoutDelay"] == 7.5
    assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] == "FanoutDelay"
