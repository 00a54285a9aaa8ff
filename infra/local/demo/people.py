"""Who the demo people are, whom they follow, and what they post."""

from dataclasses import dataclass

PASSWORD = "demo-password"  # noqa: S105 (everybody's, and printed for whoever runs the demo)


@dataclass(frozen=True)
class Photo:
    """A photograph to post."""

    file: str
    caption: str


@dataclass(frozen=True)
class Person:
    """Somebody of the demo."""

    username: str
    display_name: str
    bio: str
    follows: tuple[str, ...]
    photos: tuple[Photo, ...]


PEOPLE = (
    Person(
        "mira", "Mira Okafor", "Lakes, boats and early trains.",
        ("jonas", "aiko", "lucia", "sven", "tom", "priya", "noor"),
        (
            Photo("eveningglow.jpg", "The boats come home before the light goes."),
            Photo("bythewater.jpg", "Still warm from the sun."),
        ),
    ),
    Person(
        "jonas", "Jonas Weber", "I walk slowly and look down.",
        ("mira", "aiko", "lucia"),
        (
            Photo("fallenleaf.jpg", "First of October, right on time."),
            Photo("path.jpg", "Nobody here but me and the woodpecker."),
            Photo("onestandsout.jpg", "One of them did not get the message."),
        ),
    ),
    Person(
        "aiko", "Aiko Tanaka", "Macro lens, muddy knees.",
        ("jonas", "lucia", "noor"),
        (
            Photo("ladybird.jpg", "She let me have exactly four frames."),
            Photo("twowings.jpg", "Two left."),
        ),
    ),
    Person(
        "lucia", "Lucía Fernández", "Gardener. Everything yellow.",
        ("aiko", "mira"),
        (
            Photo("yellowflower.jpg", "Facing the right way."),
            Photo("raindrops.jpg", "It rained at last."),
        ),
    ),
    Person(
        "sven", "Sven Lindqvist", "Night ferry, day job.",
        ("mira", "tom"),
        (
            Photo("summer_1am.jpg", "One in the morning, and no need of a lamp."),
            Photo("dune.jpg", "Wind from the west all week."),
        ),
    ),
    Person(
        "tom", "Tom Adeyemi", "Rockets, and whatever else goes up.",
        ("priya", "sven", "mira"),
        (
            Photo("rocket.jpg", "T minus nine hours."),
            Photo("astronaut.jpg", "The reason I took up physics."),
            Photo("kite.jpg", "Smaller payload, same idea."),
        ),
    ),
    Person(
        "priya", "Priya Raman", "Coffee first.",
        ("mira", "noor", "jonas", "tom"),
        (
            Photo("coffee.jpg", "The second one is the good one."),
            Photo("colorfulcups.jpg", "Party of one hundred."),
        ),
    ),
    Person(
        "noor", "Noor Haddad", "Lives with a cat called Chelsea.",
        ("priya", "aiko", "mira"),
        (Photo("chelsea.png", "She knows what I did."),),
    ),
)  # fmt: skip
COMMENTS = (
    ("jonas", "eveningglow.jpg", "I can hear the ropes."),
    ("aiko", "eveningglow.jpg", "Which lake is this?"),
    ("mira", "fallenleaf.jpg", "It waited for you."),
    ("noor", "ladybird.jpg", "Four more than Chelsea ever gives me."),
    ("lucia", "ladybird.jpg", "Send her to my roses, please!"),
    ("mira", "chelsea.png", "She knows, and she forgives you."),
    ("priya", "chelsea.png", "😻"),
    ("sven", "rocket.jpg", "Did it go?"),
    ("mira", "coffee.jpg", "The third one is a mistake, though."),
)
"""Who wrote what under which photograph, in this order."""
STORIES = (
    ("jonas", "path.jpg"),
    ("noor", "chelsea.png"),
    ("noor", "chelsea.png"),
    ("tom", "kite.jpg"),
)
"""Who shows which photograph for a day, in this order."""
LOGIN = PEOPLE[0].username
"""Follows everybody, so that there is much in this feed."""
