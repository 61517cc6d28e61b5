"""Names of workflows and of their states, for the sentence that says why something is not possible any more."""

from console.core.words import Said, say

_KNOWN = {
    said.text: said
    for said in (
        say("break"),
        say("floor check"),
        say("lever"),
        say("loan"),
        say("meal rounds"),
        say("plan"),
        say("policy"),
        say("asked"),
        say("asking"),
        say("away"),
        say("called back"),
        say("done"),
        say("dropped"),
        say("due"),
        say("ended"),
        say("fresh"),
        say("granted"),
        say("in force"),
        say("lapsed"),
        say("late"),
        say("lent"),
        say("missed"),
        say("moved"),
        say("not begun"),
        say("over"),
        say("overrun"),
        say("owed"),
        say("proposed"),
        say("published"),
        say("put off"),
        say("refused"),
        say("returned"),
        say("running"),
        say("setting"),
        say("standing"),
        say("standing down"),
        say("stood down"),
        say("stopped"),
        say("unasked"),
        say("withdrawn"),
    )
}


def word_of(code: str) -> Said:
    """Return the word for a workflow or a state; a code nobody named stands for itself."""
    text = code.replace("_", " ")
    return _KNOWN.get(text, Said("{code}", {"code": text}))
