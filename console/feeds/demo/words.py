"""What the demo's dialplan says: reasons are the ACD's own text, so the demo speaks one language at a time."""

from console.core.floor.model import Record


class Words(Record, frozen=True, kw_only=True):
    """The reasons of one language, break kinds by their name in the simulation."""

    wrap_up: str
    reasons: dict[str, str]

    def kind_of(self, reason: str) -> str:
        """Return the break kind a pause reason stands for; `water`, a short one, for what is not known."""
        for kind, word in self.reasons.items():
            if word == reason:
                return kind
        return "water"


CHINESE = Words(
    wrap_up="话后处理",
    reasons={"meal": "用餐", "toilet": "小休", "water": "喝水", "talk": "面谈", "training": "培训", "handover": "交接"},
)
ENGLISH = Words(
    wrap_up="wrap-up",
    reasons={
        "meal": "meal",
        "toilet": "toilet",
        "water": "water",
        "talk": "talk",
        "training": "training",
        "handover": "handover",
    },
)


def words(language: str) -> Words:
    """Return the words of `language` (zh_CN, or English for any other)."""
    return CHINESE if language.startswith("zh") else ENGLISH
