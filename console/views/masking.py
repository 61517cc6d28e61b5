"""Customer numbers as a screen may show them: enough to recognise, never enough to dial."""

import re

_DIGITS = re.compile(r"\d")


def masked(number: str) -> str:
    """Return a number with its middle hidden: 13912347780 -> 139****7780, +8613912347780 -> +86139****7780.

    Landlines keep the area code's first digits and the last two; short internal numbers (up to 5) and words such as
    `anonymous` are shown as they are; an empty number is empty.
    """
    text = number.strip()
    digits = "".join(_DIGITS.findall(text))
    if len(digits) <= 5:
        return text
    country = ""
    for prefix in ("+86", "0086"):
        if text.startswith(prefix) and len(digits) > 10:
            country, digits = prefix, digits[len(prefix.lstrip("+")) :]
            break
    if len(digits) >= 11:
        return f"{country}{digits[:3]}****{digits[-4:]}"
    if len(digits) >= 8:
        return f"{country}{digits[:3]}****{digits[-2:]}"
    return f"{country}{digits[:1]}****{digits[-2:]}"
