"""A dataclass of ours is that of the standard library: made both ways, it must behave the same."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from grader import records

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPES = [{"frozen": frozen, "slots": slots} for frozen in (False, True) for slots in (False, True)]


def made(dataclass: Callable[..., Any], **options: bool) -> type[Any]:
    @dataclass(**options)
    class Layer:
        """A layer of a network."""

        name: str
        units: int = 1
        bias: bool = field(default=True, compare=False)
        inputs: list[str] = field(default_factory=list)
        note: str = field(default="", repr=False)
        seen: int = field(init=False, default=0)
        kept: dict[str, int] = field(init=False, default_factory=dict)

        def doubled(self) -> int:
            return 2 * self.units

    return Layer


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """At the top of a module, as what is pickled must be."""

    rows: tuple[int, ...]
    columns: int = 3


@records.dataclass(frozen=True, slots=True)
class Ours:
    """At the top of a module, as what is pickled must be."""

    rows: tuple[int, ...]
    columns: int = 3


@records.dataclass(frozen=True)
class Open:
    """Without slots."""

    rows: tuple[int, ...]


@pytest.fixture(params=SHAPES, ids=str)
def both(request: pytest.FixtureRequest) -> tuple[type[Any], type[Any]]:
    return made(dataclasses.dataclass, **request.param), made(records.dataclass, **request.param)


def outcome(function: Callable[[], Any]) -> Any:
    """What a call comes to: its value, or the class and the words of what it raises."""
    try:
        return function()
    except (TypeError, AttributeError) as error:
        return type(error), str(error).replace("_dataclass", "made")


def values(item: Any) -> list[Any]:
    return [getattr(item, part.name) for part in dataclasses.fields(item)]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("a",), {}),
        (("a", 2, False, ["x"], "n"), {}),
        ((), {"name": "a", "inputs": ["y"]}),
        ((), {}),
        (("a",), {"name": "b"}),
        (("a",), {"seen": 3}),
        (("a", 1, True, [], "n", 5), {}),
        (("a",), {"other": 1}),
    ],
)
def test_arguments(both: tuple[type[Any], type[Any]], given: tuple[Any, ...], named: dict[str, Any]) -> None:
    theirs, ours = both
    for _ in range(2):  # the first object is made another way than the second
        assert outcome(lambda: values(ours(*given, **named))) == outcome(
            lambda: values(theirs(*given, **named))
        )


def test_what_is_made_anew_is_not_shared(both: tuple[type[Any], type[Any]]) -> None:
    first, second = both[1]("a"), both[1]("b")
    first.inputs.append("x")
    first.kept["x"] = 1
    assert (second.inputs, second.kept) == ([], {})


def test_text_fields_and_pattern(both: tuple[type[Any], type[Any]]) -> None:
    theirs, ours = both
    assert repr(ours("a", 2, note="hidden")) == repr(theirs("a", 2, note="hidden"))
    assert [part.name for part in dataclasses.fields(ours)] == [
        part.name for part in dataclasses.fields(theirs)
    ]
    assert ours.__match_args__ == theirs.__match_args__
    assert hasattr(ours("a"), "__dict__") == hasattr(theirs("a"), "__dict__")
    assert ours("a", 4).doubled() == 8
    assert ours.__init__.__qualname__ == theirs.__init__.__qualname__
    assert dataclasses.asdict(ours("a")) == dataclasses.asdict(theirs("a"))


def test_comparison(both: tuple[type[Any], type[Any]]) -> None:
    theirs, ours = both
    for cls in (theirs, ours):
        assert cls("a", 2) == cls("a", 2)
        assert cls("a", 2) == cls("a", 2, False)  # which is not compared
        assert cls("a", 2) != cls("a", 3)
        assert cls("a") != ("a", 1)
    nan = float("nan")
    assert (ours("a", nan) == ours("a", nan)) is (theirs("a", nan) == theirs("a", nan)) is True
    assert theirs("a") != ours("a")


def test_hash(both: tuple[type[Any], type[Any]]) -> None:
    theirs, ours = both
    assert (ours.__hash__ is None) == (theirs.__hash__ is None)
    if ours.__hash__ is not None:
        assert outcome(lambda: hash(ours("a"))) == outcome(lambda: hash(theirs("a")))  # of a list


def test_changes(both: tuple[type[Any], type[Any]]) -> None:
    theirs, ours = both

    def setting(cls: type[Any]) -> Any:
        item = cls("a")
        item.name = "b"
        return item.name

    def deleting(cls: type[Any]) -> Any:
        item = cls("a")
        del item.note
        return getattr(item, "note", "gone")

    assert outcome(lambda: setting(ours)) == outcome(lambda: setting(theirs))
    assert outcome(lambda: deleting(ours)) == outcome(lambda: deleting(theirs))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_name_that_is_no_field(shape: dict[str, bool]) -> None:
    """That of the standard library fails by a fault of its own where a class is frozen and has slots."""
    item = made(records.dataclass, **shape)("a")
    if not any(shape.values()):
        item.other = 1
        return
    with pytest.raises(AttributeError):
        item.other = 1


def test_replaced_and_copied(both: tuple[type[Any], type[Any]]) -> None:
    ours = both[1]
    item = ours("a", 2, inputs=["x"])
    assert replace(item, units=5) == ours("a", 5, inputs=["x"])
    twin = copy.deepcopy(item)
    assert twin == item
    assert twin.inputs is not item.inputs
    assert copy.copy(item).inputs is item.inputs
    with pytest.raises(ValueError, match="init=False"):
        replace(item, seen=1)


@pytest.mark.parametrize("item", [Ours((1, 2)), Open((3,))], ids=lambda item: type(item).__name__)
def test_sent_to_other_processes(item: Any) -> None:
    twin = pickle.loads(pickle.dumps(item))  # noqa: S301 - our own
    assert twin == item
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'rows'"):
        twin.rows = ()


def test_hashes_are_those_of_the_standard_library() -> None:
    assert hash(Ours((1, 2))) == hash(Theirs((1, 2))) == hash(((1, 2), 3))
    assert hash(Open((1,))) == hash(((1,),))
    assert {Ours((1,)): "x"}[Ours((1,))] == "x"


@pytest.mark.parametrize("dataclass", [dataclasses.dataclass, records.dataclass])
def test_what_a_class_defines_itself_stays(dataclass: Callable[..., Any]) -> None:
    @dataclass(frozen=True)
    class Reading:
        value: int
        text: str = ""
        of: int = field(init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "of", self.value + 1)

        def __repr__(self) -> str:
            return "shown"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Reading) and self.value == other.value

        def __hash__(self) -> int:
            return 7

    item = Reading(1, "a")
    assert (item.of, repr(item), hash(item), item == Reading(1, "b")) == (2, "shown", 7, True)


@pytest.mark.parametrize("dataclass", [dataclasses.dataclass, records.dataclass])
@pytest.mark.parametrize("slots", [False, True])
def test_a_class_derived_from_another(dataclass: Callable[..., Any], *, slots: bool) -> None:
    @records.dataclass(frozen=True, slots=slots)
    class Layer:
        name: str
        units: int = 1

    @dataclass(frozen=True, slots=slots)
    class Convolution(Layer):
        units: int = 8
        kernel: int = 3

    for _ in range(2):
        item = Convolution("c")
        assert (item.name, item.units, item.kernel) == ("c", 8, 3)
        assert item != Layer("c", 8)
        assert repr(item).endswith("Convolution(name='c', units=8, kernel=3)")
    with pytest.raises(FrozenInstanceError):
        item.kernel = 5


@pytest.mark.parametrize("dataclass", [dataclasses.dataclass, records.dataclass])
@pytest.mark.parametrize(("base", "derived"), [(True, False), (False, True)])
def test_frozen_and_others_do_not_derive_from_each_other(
    dataclass: Callable[..., Any], *, base: bool, derived: bool
) -> None:
    @records.dataclass(frozen=base)
    class Layer:
        name: str

    with pytest.raises(TypeError, match="cannot inherit"):

        @dataclass(frozen=derived)
        class Dense(Layer):
            units: int


@pytest.mark.parametrize("slots", [False, True])
def test_a_plain_class_derived_from_a_frozen_one(*, slots: bool) -> None:
    @records.dataclass(frozen=True, slots=slots)
    class Layer:
        name: str

    class Named(Layer):
        more: int

    for name in ("a", "b"):
        named = Named(name)
        named.more = 1
        assert (named.name, named.more) == (name, 1)
        with pytest.raises(FrozenInstanceError):
            named.name = "m"
        del named.more
        with pytest.raises(FrozenInstanceError):
            del named.name


def test_what_says_nothing_of_itself_is_named() -> None:
    @records.dataclass
    class Stride:
        rows: int

    assert Stride.__doc__ == "Stride"


def test_compared_by_identity_where_that_is_asked() -> None:
    @records.dataclass(eq=False)
    class Place:
        line: int

    item = Place(1)
    assert item != Place(1)
    assert item in {item, Place(1)}


def test_an_object_that_holds_itself_is_shown() -> None:
    @records.dataclass
    class Tree:
        parts: list[Any]

    tree = Tree([])
    tree.parts.append(tree)
    assert repr(tree).endswith("Tree(parts=[...])")


def test_what_is_not_offered_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Wide: a class with keyword-only fields needs `dataclasses`"):

        @records.dataclass
        class Wide:
            units: int = field(default=1, kw_only=True)

    with pytest.raises(TypeError, match="order"):
        records.dataclass(order=True)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="mutable default"):

        @records.dataclass
        class Shared:
            rows: list[int] = []  # noqa: RUF012 - that is what is refused
