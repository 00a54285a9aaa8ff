"""A template is read as CloudFormation reads it, and anything unknown is an error."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.applied import NotAppliedError, check, holds
from infra.local.resources import make
from infra.local.template import Made, Template

HEAD = "Parameters: {Prefix: {Type: String}, Some: {Type: CommaDelimitedList, Default: 'a,b'}}\n"


def applied(tmp_path: Path, body: str) -> tuple[list[tuple[str, Any]], dict[str, str]]:
    """Apply a template. Return the resources in order of their creation, and its outputs."""
    made: list[tuple[str, Any]] = []

    def maker(kind: str, properties: dict[str, Any]) -> Made:
        made.append((kind, properties))
        return Made(f"ref-{kind}", {"Arn": f"arn-{kind}"})

    path = tmp_path / "template.yaml"
    path.write_text(HEAD + body)
    outputs = Template(path, {"Prefix": "p"}, maker).apply()
    return made, outputs


def test_references_are_resolved_and_what_they_need_is_made_first(tmp_path: Path) -> None:
    made, outputs = applied(
        tmp_path,
        """
Resources:
  First:
    Type: one
    DependsOn: Third
    Properties:
      Name: !Sub "${Prefix}-${AWS::AccountId}-${Second}-${Second.Arn}-${!kept}"
      Arn: !GetAtt Second.Arn
      List: !Ref Some
      Inner: [{Ref: !Ref Prefix, More: 1}, {Ref: Prefix}]
      Joined: !Join ["; ", [one, !Ref Prefix]]
  Second: {Type: two}
  Third: {Type: three}
Outputs:
  Out: {Value: !Ref First}
""",
    )
    assert [kind for kind, _ in made] == ["three", "two", "one"]
    assert made[2][1] == {
        "Name": "p-123456789012-ref-two-arn-two-${kept}",
        "Arn": "arn-two",
        "List": ["a", "b"],
        "Inner": [{"Ref": "p", "More": 1}, "p"],
        "Joined": "one; p",
    }
    assert outputs == {"Out": "ref-one"}


@pytest.mark.parametrize("value", ["!Join ['-', text]", "{'Fn::Base64': a}", "!ImportValue x"])
def test_an_unknown_function_is_an_error(tmp_path: Path, value: str) -> None:
    with pytest.raises(ValueError, match="does not support"):
        applied(tmp_path, f"Resources: {{A: {{Type: one, Properties: {{B: {value}}}}}}}")


def test_a_parameter_without_a_value_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(HEAD + "Resources: {}")
    with pytest.raises(ValueError, match="Prefix is not given"):
        Template(path, {}, lambda *_: Made(""))


def test_an_unknown_kind_of_resource_is_an_error() -> None:
    with pytest.raises(NotAppliedError, match="AWS::SNS::Topic"):
        make("AWS::SNS::Topic", {})


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("AWS::SQS::Queue", {"QueueName": "unknown-property", "KmsMasterKeyId": "x"}),
        ("AWS::S3::Bucket", {"BucketName": "unknown-property", "Tags": []}),
        ("AWS::SecretsManager::Secret", {"Name": "unknown-property", "SecretString": "x"}),
    ],
)
def test_an_unknown_property_is_an_error(kind: str, properties: dict[str, Any]) -> None:
    with pytest.raises(NotAppliedError, match="does not support"):
        make(kind, properties)


TREES = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=8,
)


@given(TREES)
def test_everything_holds_itself_and_more(tree: Any) -> None:
    assert holds(tree, tree)
    assert holds({"a": tree, "b": 1}, {"a": tree})
    assert not holds({}, {"a": tree})
    assert not holds([], [tree])


def test_what_is_not_in_force_is_told_with_both_sides() -> None:
    with pytest.raises(NotAppliedError, match=r"it: the template says \{'a': 1\}.*\{'a': 2\}"):
        check("it", {"a": 2}, {"a": 1})


CONDITIONAL = """
Conditions:
  Some: !Not [!Equals [!Ref Prefix, ""]]
  None: !Equals [!Ref Prefix, ""]
  Either: !Or [!Condition Some, !Condition None]
  Both: !And [!Condition Some, !Condition None]
Resources:
  Kept: {Type: kept, Condition: Either, Properties: {Has: !If [Some, 1, 2], Lacks: !If [Both, 1, !Ref "AWS::NoValue"]}}
  Left: {Type: left, Condition: Both}
Outputs:
  There: {Value: !If [None, a, b]}
  Gone: {Condition: None, Value: !Ref Left}
"""  # noqa: E501


def test_what_has_a_condition_is_there_only_where_it_holds(tmp_path: Path) -> None:
    made, outputs = applied(tmp_path, CONDITIONAL)
    assert made == [("kept", {"Has": 1})]
    assert outputs == {"There": "b"}


def test_a_reference_to_what_is_left_out_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Left is referred to"):
        applied(tmp_path, CONDITIONAL + "  Wrong: {Value: !Ref Left}\n")


@pytest.mark.parametrize("condition", ["!Equals [!Sub x, x]", "{Fn::Like: [a, b]}"])
def test_a_condition_that_is_not_known_is_an_error(tmp_path: Path, condition: str) -> None:
    body = f"Conditions: {{Odd: {condition}}}\nResources: {{One: {{Type: x, Condition: Odd}}}}\n"
    with pytest.raises(ValueError, match="the local stack does not"):
        applied(tmp_path, body)
