"""The comment: a review in Markdown, made to fit into one comment on a pull request.

Two runs over the same contracts give the same text: it has no times, no version and no path of a machine. Its
first line is a mark by which a pipeline finds its own comment and replaces it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from creditkit.reports import code_span, escaped
from creditkit.review.review import PARTS, Remark, Review

from .headline import figures, headline, titles, whom

LIMIT = 65_000
"""The most characters of a comment. GitHub refuses more than 65,536; GitLab takes a million."""

MARK = "<!-- creditkit review -->"

_SIGNS = {"good": "✅", "open": "⚠️", "bad": "❌"}
_LEVELS = ("error", "warning", "note")
_TEXT = 600
_WITNESS = 800
_ENDING = 400
_MORE = 100
"""Room for the head of a section of which nothing else is shown, and for how much of it is left out."""


def to_markdown(review: Review) -> str:
    """A review as Markdown of at most LIMIT characters; remarks that do not fit are counted at the end."""
    top, unseen = "".join(_top(review)), _unseen(review)
    sections = [
        (f"\n### {title}\n\n", remarks, [*map(told, remarks)]) for title, remarks, told in _sections(review)
    ]
    room = LIMIT - len(top) - len(unseen) - _ENDING - len(sections) * _MORE
    sizes = [len(head) + sum(map(len, texts)) for head, _, texts in sections]
    notes = [all(remark.level == "note" for remark in remarks) for _, remarks, _ in sections]
    shares = _shares(sizes, notes, room)
    parts = [top]
    left_out: list[Remark] = []
    for (head, remarks, texts), share in zip(sections, shares, strict=True):
        shown = _fitting(texts, share - len(head))
        parts += [head, *texts[:shown]]
        if shown < len(texts):
            left_out += remarks[shown:]
            parts.append(f"- … and {len(texts) - shown:,} more\n")
    parts.append(unseen)
    if left_out:
        parts.append(_ending(left_out))
    return "".join(parts)


def _shares(sizes: Sequence[int], notes: Sequence[bool], room: int) -> list[int]:
    """The room for each section: equal shares; short sections leave theirs to others, notes get the rest.

    So a thousand old faults do not push the one breaking change out of a comment.
    """
    shares = [0] * len(sizes)
    for of_notes in (False, True):
        numbers = sorted(
            (n for n, is_note in enumerate(notes) if is_note == of_notes), key=lambda n: sizes[n]
        )
        for waiting, number in zip(range(len(numbers), 0, -1), numbers, strict=True):
            shares[number] = min(sizes[number], max(0, room // waiting))
            room -= shares[number]
    return shares


def _fitting(texts: Sequence[str], room: int) -> int:
    """How many of the texts find room, from the first on."""
    for number, text in enumerate(texts):
        room -= len(text)
        if room < 0:
            return number
    return len(texts)


def _top(review: Review) -> Iterator[str]:
    line = headline(review)
    yield f"{MARK}\n## {_SIGNS[line.tone]} {_code(review.source.origin)}: {line.word.lower()}\n\n"
    yield f"{line.sentence}\n\n"
    if review.base is not None:
        yield f"Compared with {_code(review.base.origin)}.\n\n"
    shown = list(figures(review))
    yield f"| {' | '.join(name for name, _ in shown)} |\n|{'---:|' * len(shown)}\n"
    yield f"| {' | '.join(number for _, number in shown)} |\n"


_Section = tuple[str, Sequence[Remark], Callable[[Remark], str]]


def _sections(review: Review) -> Iterator[_Section]:
    """The sections, what fails the review first."""
    notes: list[_Section] = []
    for part in PARTS:
        remarks = [remark for remark in review.of(part) if not remark.waived]
        for title, listed in titles(part, remarks):
            if all(remark.level == "note" for remark in listed):
                notes.append((title, listed, _in_a_line))
            else:
                # Errors first: what finds no room should be what weighs least.
                yield title, sorted(listed, key=lambda remark: _LEVELS.index(remark.level)), _in_full
    yield from notes
    waived = [remark for remark in review.remarks if remark.waived]
    if waived:
        yield f"Waived: {len(waived)}", waived, _in_a_line


def _in_full(remark: Remark) -> str:
    about = f"{_plain(remark.about)}: " if remark.about else ""
    lines = [f"- **{_code(_where(remark))}** {about}{_plain(remark.message)} ({_code(remark.rule)})"]
    change = remark.change
    if change is not None and change.breaks:
        lines.append(f"breaks clients that {whom(change.breaks)}")
    if change is not None and change.witness is not None:
        shown = _code(str(change.witness))
        lines.append(f"witness, allowed by the {change.witness.admitted_by} contract alone: {shown}")
    if remark.reason:
        lines.append(f"why: {_plain(remark.reason)}")
    if remark.hint:
        lines.append(f"do: {_plain(remark.hint)}")
    return "\n  - ".join(lines) + "\n"


def _in_a_line(remark: Remark) -> str:
    about = f"{_plain(remark.about)}: " if remark.about else ""
    waived = f" (waived: {_plain(remark.waived)})" if remark.waived else ""
    return f"- {_code(_where(remark))} {about}{_plain(remark.message)}{waived}\n"


def _where(remark: Remark) -> str:
    return f"{remark.place.file}:{remark.place.line}"


def _unseen(review: Review) -> str:
    if not review.unseen:
        return ""
    lines = "".join(f"- {_plain(unseen.what)}: {_plain(unseen.why)}\n" for unseen in review.unseen)
    return f"\n<details><summary>Not looked at: {len(review.unseen)}</summary>\n\n{lines}\n</details>\n"


def _ending(left_out: Sequence[Remark]) -> str:
    """The number of omitted remarks by level, so that a cut is visible."""
    counted = Counter(remark.level for remark in left_out)
    levels = ", ".join(f"{number:,} {level}s" for level, number in counted.items())
    return f"\n**Left out here for want of room: {levels}.** The HTML report has them all.\n"


def _plain(text: str) -> str:
    return escaped(text, _TEXT)


def _code(text: str) -> str:
    return code_span(text, _WITNESS)
