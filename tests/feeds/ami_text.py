"""AMI messages as a server writes them, for tests: channel blocks, member blocks, whole streams."""

BANNER = b"Asterisk Call Manager/11.0.0\r\n"


def lines(**fields: object) -> dict[str, str]:
    """Keys as the server spells them: `Cause_txt` stands for `Cause-txt`."""
    return {key.replace("_", "-"): str(value) for key, value in fields.items()}


def message(first: str, fields: dict[str, str] | None = None, **more: object) -> bytes:
    """One message with its blank line; `first` is its first line."""
    told = {**(fields or {}), **lines(**more)}
    return "".join([f"{first}\r\n", *(f"{key}: {value}\r\n" for key, value in told.items()), "\r\n"]).encode()


def event(name: str, fields: dict[str, str] | None = None, /, **more: object) -> bytes:
    """One event."""
    return message(f"Event: {name}", {"Privilege": "agent,all", **(fields or {})}, **more)


def reply(name: str, **fields: object) -> bytes:
    """One item of a list reply."""
    return message(f"Event: {name}", lines(**fields), ActionID="listing-1")


def channel(uid: str, name: str = "", number: str = "4711", caller: str = "Plain", prefix: str = "") -> dict[str, str]:
    """The fourteen fields of a channel."""
    fields = {
        "Channel": name or f"PJSIP/trunk-{uid}",
        "ChannelState": "6",
        "ChannelStateDesc": "Up",
        "CallerIDNum": number,
        "CallerIDName": caller,
        "ConnectedLineNum": "<unknown>",
        "ConnectedLineName": "<unknown>",
        "Language": "en",
        "AccountCode": "",
        "Context": "enter",
        "Exten": "sales",
        "Priority": "9",
        "Uniqueid": uid,
        "Linkedid": uid,
    }
    return {prefix + key: value for key, value in fields.items()}


def member(queue: str, interface: str, name: str, *, listed: object = False, **changes: object) -> dict[str, str]:
    """The fields of a membership, in an event's or a list reply's spelling."""
    fields: dict[str, object] = {
        "Queue": queue,
        "Name" if listed else "MemberName": name,
        "Location" if listed else "Interface": interface,
        "StateInterface": interface,
        "Membership": "dynamic",
        "Penalty": 0,
        "CallsTaken": 0,
        "LastCall": 0,
        "LastPause": 0,
        "LoginTime": 1795291074,
        "InCall": 0,
        "Status": 1,
        "Paused": 0,
        "PausedReason": "",
        "Ringinuse": 0,
        "Wrapuptime": 0,
    }
    if listed:
        del fields["Ringinuse"]
    fields.update(changes)
    return {key: str(value) for key, value in fields.items()}


def agent(queue: str, interface: str, name: str) -> dict[str, str]:
    """What every agent event says of itself."""
    return {"Queue": queue, "Interface": interface, "MemberName": name}


def snapshot(*items: bytes, action_id: str = "listing-1") -> bytes:
    """A QueueStatus answer around list replies."""
    begin = message("Response: Success", ActionID=action_id, EventList="start", Message="Queue status will follow")
    return begin + b"".join(items) + message("Event: QueueStatusComplete", EventList="Complete", ListItems=len(items))
