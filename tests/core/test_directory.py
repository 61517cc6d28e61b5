import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.floor.directory import Directory, row_of
from console.core.floor.model import AgentState, Interface, Member, MemberKey
from console.core.floor.people import PersonRow, extension_of
from tests.core.floors import POLICY

Floor = tuple[dict[Interface, AgentState], dict[MemberKey, Member]]


def floor(*told: tuple[str, str, dict[str, int]], state: str = "") -> Floor:
    """Return agents and members: (interface, name, {queue: penalty})."""
    agents = {i: AgentState(interface=i, name=name, queues=tuple(queues)) for i, name, queues in told}
    members = {
        (queue, i): Member(queue=queue, interface=i, name=name, penalty=penalty, state_interface=state)
        for i, name, queues in told
        for queue, penalty in queues.items()
    }
    return agents, members


def learned(*told: tuple[str, str, dict[str, int]], state: str = "") -> Directory:
    return Directory(policy=POLICY).learn(*floor(*told, state=state))


@pytest.mark.parametrize(
    ("interface", "extension"),
    [
        ("PJSIP/1001", "1001"),
        ("SIP/1001", "1001"),
        ("Local/1001@from-queue/n", "1001"),
        ("Agent/1001", "1001"),
        ("hint:1001@ext-local", "1001"),
        ("PJSIP/1001/sip:1001@10.0.0.5:5060", "1001"),
        ("PJSIP/1001-0000002a", "1001"),
        ("PJSIP/desk-12", "desk-12"),
        ("Custom:agent1", ""),
        ("1001", ""),
        ("", ""),
    ],
)
def test_the_extension_in_an_interface(interface: str, extension: str) -> None:
    assert extension_of(interface) == extension


@given(st.text(max_size=30))
def test_no_name_of_an_interface_is_too_odd(interface: str) -> None:
    assert extension_of(interface) in interface
    assert learned((interface or "x", interface, {})).people


def test_an_agent_of_several_queues_is_one_person_in_the_group_of_the_lowest_penalty() -> None:
    people = learned(("PJSIP/1001", "Alice", {"q1": 5, "q3": 1, "w1": 9}))
    (alice,) = people.people.values()
    assert (alice.id, alice.name, alice.primary_group) == ("1001", "Alice", "orders")
    assert set(alice.groups) == {"safety", "orders", "chat"}
    assert alice.learned


def test_among_equal_penalties_the_first_group_of_the_policy_is_primary() -> None:
    assert learned(("PJSIP/1", "A", {"w1": 0, "q3": 0})).people["1"].primary_group == "orders"


def test_two_interfaces_of_one_extension_and_name_are_one_person() -> None:
    people = learned(("PJSIP/1001", "Alice", {"q1": 0}), ("Local/1001@agents/n", "Alice", {"w1": 0}))
    assert people.person_of == {"PJSIP/1001": "1001", "Local/1001@agents/n": "1001"}
    assert people.people["1001"].interfaces == ("PJSIP/1001", "Local/1001@agents/n")
    assert not people.problems


def test_a_hint_joins_a_local_member_to_its_phone() -> None:
    people = learned(("Local/agent7@agents/n", "Bo", {"q1": 0}), state="hint:1001@ext-local")
    people = people.learn(*floor(("Local/agent7@agents/n", "Bo", {"q1": 0}), ("PJSIP/1001", "Bo", {"q1": 0})))
    assert len(people.people) == 1


def test_one_extension_under_two_names_is_said_and_kept_apart() -> None:
    people = learned(("PJSIP/1001", "Alice", {"q1": 0}), ("SIP/1001", "Bob", {"q1": 0}))
    assert len(people.people) == 2
    assert "1001" in people.problems[0].english()
    assert "Alice" in people.problems[0].english()
    assert "Bob" in people.problems[0].english()


def test_one_name_under_two_extensions_may_be_two_people() -> None:
    people = learned(("PJSIP/1001", "张伟", {"q1": 0}), ("PJSIP/1002", "张伟", {"q1": 0}))
    assert len(people.people) == 2
    assert people.find("张伟") is None
    mended, problems = people.mend([PersonRow(name="张伟", number="8001", extensions=("1001", "1002"))])
    assert not problems
    assert len(mended.people) == 1


def test_a_name_given_later_is_taken() -> None:
    people = learned(("PJSIP/1001", "PJSIP/1001", {"q1": 0}))
    people = people.relearn(*floor(("PJSIP/1001", "Alice", {"q1": 0})))
    assert people.people["1001"].name == "Alice"


def test_signing_out_of_a_queue_changes_nobodys_group() -> None:
    people = learned(("PJSIP/1", "A", {"q3": 5}))
    people = people.relearn(*floor(("PJSIP/1", "A", {"q3": 5, "w1": 1})))
    assert people.people["1"].primary_group == "chat"
    people = people.relearn(*floor(("PJSIP/1", "A", {"q3": 5})))
    assert people.people["1"].primary_group == "chat"


def test_what_is_known_already_is_the_same_directory() -> None:
    told = floor(("PJSIP/1", "A", {"q1": 0}))
    people = Directory(policy=POLICY).learn(*told)
    assert people.learn(*told) is people
    assert people.relearn(*told) is people
    assert people.under(POLICY) is people


def test_rows_mend_what_was_learned() -> None:
    people = learned(("PJSIP/1001", "agent1", {"q1": 0}), ("PJSIP/1002", "Bo", {"q1": 0}))
    rows = [
        PersonRow(name="张莉", number="2031", extensions=("1001",), group="Orders", rostered=True),
        PersonRow(name="Bo", number="2032", flex=True),
        PersonRow(name="New", number="2033"),
    ]
    mended, problems = people.mend(rows)
    assert not problems
    zhang = mended.people["1001"]
    assert (zhang.name, zhang.number, zhang.primary_group, zhang.rostered) == ("张莉", "2031", "orders", True)
    assert zhang.interfaces == ("PJSIP/1001",)
    assert zhang.groups == ("orders", "safety")
    assert mended.find("2032") == mended.people[mended.person_of["PJSIP/1002"]]
    assert mended.people["#2033"].interfaces == ()
    assert people.people["1001"].learned, "the old directory stands as it was"
    assert not zhang.learned


def test_rows_learned_before_or_after_give_the_same_people() -> None:
    told = floor(("PJSIP/1001", "agent1", {"q1": 0}), ("Local/1002@x", "Bo", {"q3": 0}))
    rows = [PersonRow(name="张莉", extensions=("1001",)), PersonRow(name="Bo", number="7")]
    before, _ = Directory(policy=POLICY).mend(rows)
    after, _ = Directory(policy=POLICY).learn(*told).mend(rows)
    assert before.learn(*told).people == after.people


def test_a_row_again_takes_the_place_of_the_one_before() -> None:
    people, _ = Directory(policy=POLICY).mend([PersonRow(name="A", number="1", extensions=("1001",))])
    people, _ = people.mend([PersonRow(name="B", number="1", extensions=("1005",), absent=True)])
    assert list(people.people) == ["1005"]
    people, _ = people.mend([replace(row_of(people.people["1005"]), absent=False)])
    assert not people.people["1005"].absent
    people, _ = people.mend([PersonRow(name="C", number="9")], whole=True)
    assert list(people.people) == ["#9"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([PersonRow(name="A", number="1", row=2), PersonRow(name="B", number="1", row=3)], "Row 3: number 1"),
        ([PersonRow(name="A", extensions=("9",), row=2), PersonRow(name="B", extensions=("9",), row=5)], "Row 5: ext"),
        ([PersonRow(name="A", interfaces=("SIP/9",)), PersonRow(name="B", interfaces=("SIP/9",), row=5)], "Row 5: int"),
        ([PersonRow(name="A", row=2), PersonRow(name="A", row=3)], "Row 3: A stands"),
        ([PersonRow(name="A", group="nowhere", row=4)], "Row 4: there is no skill group nowhere."),
        ([PersonRow(row=7)], "Row 7: a person needs"),
    ],
)
def test_a_conflict_is_said_and_nothing_is_half_applied(rows: list[PersonRow], said: str) -> None:
    people = learned(("PJSIP/1001", "A", {"q1": 0}))
    mended, problems = people.mend([PersonRow(name="fine", number="100"), *rows])
    assert mended is people
    assert len(problems) == 1
    assert problems[0].english().startswith(said)


def test_a_number_is_never_taken_for_an_extension() -> None:
    rows = [PersonRow(name="A", number="1", extensions=("1001",)), PersonRow(name="B", number="1001")]
    people, problems = learned(("PJSIP/1001", "A", {"q1": 0})).mend(rows)
    assert not problems
    assert sorted(person.name for person in people.people.values()) == ["A", "B"]
    assert people.people[people.person_of["PJSIP/1001"]].name == "A"


def test_two_rows_of_one_name_without_extension_own_no_interface() -> None:
    rows = [PersonRow(name="张伟", number="1"), PersonRow(name="张伟", number="2")]
    people, problems = learned(("PJSIP/1001", "张伟", {"q1": 0})).mend(rows)
    assert not problems
    assert people.people[people.person_of["PJSIP/1001"]].learned
    assert "张伟" in people.problems[0].english()


def test_a_group_that_is_no_more_is_said() -> None:
    people, _ = Directory(policy=POLICY).mend([PersonRow(name="A", number="1", group="orders")])
    people = people.under(replace(POLICY, groups=POLICY.groups[:1]))
    assert "orders" in people.problems[0].english()


@pytest.mark.parametrize("text", ["PJSIP/1001", "1001", "2031", "张莉", " 1001 ", "SIP/1001", "Local/1001@x/n"])
def test_a_person_is_found_by_whatever_names_them(text: str) -> None:
    people, _ = learned(("PJSIP/1001", "x", {"q1": 0})).mend(
        [PersonRow(name="张莉", number="2031", extensions=("1001",))]
    )
    found = people.find(text)
    assert found is not None
    assert found.name == "张莉"


@pytest.mark.parametrize("text", ["", "  ", "nobody", "Local/", "/", ":"])
def test_who_is_nobody_is_not_found(text: str) -> None:
    assert learned(("PJSIP/1001", "x", {"q1": 0})).find(text) is None
