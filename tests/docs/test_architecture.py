"""docs/architecture.md agrees with the code and the template."""

import re
from pathlib import Path

import pytest

import app
from infra import event_map
from infra.local.provision import TEMPLATE
from infra.local.template import read_template

PAGE = event_map.PAGE.read_text(encoding="utf-8")
RESOURCES = read_template(TEMPLATE)["Resources"]
TABLES = {
    found["Properties"]["TableName"]["Fn::Sub"].removeprefix("${Prefix}-"): found["Properties"]
    for found in RESOURCES.values()
    if found["Type"] == "AWS::DynamoDB::Table"
}


def section(title):
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def rows_of(title):
    found = re.findall(r"^\| (.+) \|$", section(title), re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in found]


def test_the_map_of_events_is_what_the_app_registers():
    assert event_map.page(app.app, PAGE) == PAGE, "run `make map` and commit docs/architecture.md"


DOCUMENTED = {row[0]: row for row in rows_of("The tables")[1:]}


def test_every_table_is_documented_and_every_documented_table_exists():
    assert set(DOCUMENTED) == set(TABLES)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_tables_key_indexes_stream_and_ttl_are_the_templates(name):
    _, key, indexes, streamed, _ = DOCUMENTED[name]
    properties = TABLES[name]
    assert key.split(", ") == [one["AttributeName"] for one in properties["KeySchema"]]
    named = {one["IndexName"] for one in properties.get("GlobalSecondaryIndexes", ())}
    assert set(re.findall(r"(?:^|; )(\w+)", indexes)) == named
    assert ("stream" in streamed) == ("StreamSpecification" in properties)
    assert ("TTL" in streamed) == ("TimeToLiveSpecification" in properties)


def test_what_the_page_links_to_and_names_exists():
    root = event_map.PAGE.parent
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (root / target).exists(), target
    for path in re.findall(r"`((?:functions|infra|tests)/[\w/.-]+)`", PAGE):
        if "<" not in path:
            assert (Path(root).parent / path).exists(), path
