"""Commands that say everything that is wrong with a call at once, and what may have been meant.

click ends at the first thing it does not know. Here the call is gone through first: what is known goes to click, the
rest is kept as faults, and the command says them together with what is wrong in the texts themselves.
"""

import itertools
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from itbcalc.cli.faults import SaidFault, fault_of, usage_faults

# An option, also in capitals, with one hyphen, or with the dash that a word processor makes of two.
_OPTION = re.compile(r"(?:--|[-\u2013\u2014])[a-zA-Z][a-zA-Z_-]*(?:=.*)?", re.DOTALL)
_PRINTED_QUOTES = "\u201c\u201d\u201e\u201f"
_NEAR = 4
_HELP = ("help", "?", "/?", "/h", "/help")
_MEANT: Mapping[str, str] = {
    "alarm": "refill",
    "change": "amend",
    "correct": "amend",
    "delete": "void",
    "edit": "amend",
    "play": "run",
    "print": "sheet",
    "record": "add",
    "remove": "void",
    "start": "run",
    "status": "state",
    "undo": "void",
}
"""What a command is called elsewhere, and here."""
HELP_NAMES = {"help_option_names": ["-h", "--help"]}


def nearest_file(path: Path) -> list[Path]:
    """Files beside `path` that have nearly its name; `.toml` may be missing."""
    import difflib

    try:
        beside = [each.name for each in itertools.islice(os.scandir(path.parent), 2000) if each.is_file()]
    except OSError:
        return []
    lowered = {name.lower(): name for name in beside}
    typed = path.name.lower()
    near = (
        [f"{typed}.toml"]
        if f"{typed}.toml" in lowered
        else difflib.get_close_matches(typed, lowered, n=_NEAR)
    )
    return [path.with_name(lowered[name]) for name in near]


def any_file(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What a shell completes where a file is named: files, which it finds itself."""
    return [CompletionItem(incomplete, type="file")]


class CarefulCommand(click.Command):
    """A command whose call is gone through whole before anything is refused."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Gives click what is known, and keeps the faults for whoever does the work."""
        if not ctx.resilient_parsing:
            faults, args = _gone_through(self, ctx, args)
            usage_faults().extend(faults)
        return super().parse_args(ctx, args)


class CarefulGroup(click.Group):
    """A group of commands that names those that are near to what was typed."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was named; of another name what is near it, in the groups inside too."""
        name = args[0]
        if ctx.resilient_parsing or name in self.commands:
            return super().resolve_command(ctx, args)
        raise click.UsageError(self._unknown(name, ctx), ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What stands before the command; an option that is none is refused with those that are."""
        options = _options_of(self, ctx)
        if not ctx.resilient_parsing and args and _OPTION.fullmatch(args[0]) and args[0] not in options:
            fault = _no_such_option(args[0], _nearest_options(args[0], options, 1), options)
            raise click.NoSuchOption(args[0], fault.reason, ctx=ctx)
        return super().parse_args(ctx, args)

    def _unknown(self, name: str, ctx: click.Context) -> str:
        from itbcalc.say.catalogue import _

        if name in _HELP or f"--{name}" in _options_of(self, ctx):
            option = "help" if name in _HELP else name
            call = f"{ctx.command_path} --{option}"
            return _("‘{typed}’ is not a command; write {known}", typed=name, known=call)
        whole = {f"{inside}{command}": command for inside, command in _commands_of(self)}
        meant = _MEANT.get(name.lower(), name.lower())
        near = [call for call, command in whole.items() if command == meant]
        if meant == name.lower() or not near:
            near += [each for each in _nearest(name, self.commands) if each not in near]
        if near:
            return _("‘{typed}’ is not a command; did you mean: {known}", typed=name, known=", ".join(near))
        if "." in name or "/" in name:
            known = f"itbcalc check {name}"
            return _("‘{typed}’ is not a command; to check a file, write {known}", typed=name, known=known)
        return _("‘{typed}’ is not a command; known: {known}", typed=name, known=", ".join(self.commands))


def _commands_of(group: click.Group, inside: str = "") -> Iterator[tuple[str, str]]:
    for name, command in group.commands.items():
        yield inside, name
        if isinstance(command, click.Group):
            yield from _commands_of(command, f"{inside}{name} ")


def _nearest(typed: str, known: Iterable[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(typed.lower().replace("_", "-"), list(known), n=_NEAR)


def _options_of(command: click.Command, ctx: click.Context) -> dict[str, click.Option]:
    return {
        name: param
        for param in command.get_params(ctx)
        if isinstance(param, click.Option)
        for name in param.opts
    }


def _nearest_options(typed: str, options: Iterable[str], letters: int = 2) -> list[str]:
    """The options that begin as `typed` does, from so many letters on; where none does, those spelt alike."""
    word = typed.lstrip("-\u2013\u2014").lower().replace("_", "-")
    known = [name.removeprefix("--") for name in options if name.startswith("--")]
    begun = [name for name in known if name.startswith(word)] if len(word) >= letters else []
    return [f"--{name}" for name in begun[:_NEAR] or _nearest(word, known)]


def _in_straight_quotes(args: Sequence[str]) -> tuple[list[SaidFault], list[str]]:
    """What stood between printed quotation marks is one text again, and each is a fault."""
    from itbcalc.errors import RefusedError

    faults, rest = list[SaidFault](), list[str]()
    words = iter(args)
    for word in words:
        if word[:1] not in _PRINTED_QUOTES or not word[1:2].isdigit():  # a note may begin so, a quantity not
            rest.append(word)
            continue
        quoted = [word]
        while (
            quoted[-1][-1:] not in _PRINTED_QUOTES
        ):  # nor does it end here where nothing is left: '' is in every text
            quoted.append(next(words, ""))
        text = " ".join(quoted).strip(f"{_PRINTED_QUOTES} ")
        faults.append(
            fault_of(RefusedError("", " ".join(quoted).strip(" "), "printed_quotes", known=f'"{text}"'))
        )
        rest.append(text)
    return faults, rest


def _gone_through(
    command: click.Command, ctx: click.Context, args: Sequence[str]
) -> tuple[list[SaidFault], list[str]]:
    """What is wrong with a call, and what of it is right."""
    from itbcalc.errors import RefusedError

    options = _options_of(command, ctx)
    kept, texts, given_before = list[str](), list[str](), set[str | None]()
    faults, rest = _in_straight_quotes(args)
    while rest:
        word = rest.pop(0)
        if word == "--":
            texts += rest
            break
        if not _OPTION.fullmatch(word):
            texts.append(word)
            continue
        name, equals, given = word.partition("=")
        option = options.get(name)
        if option is None:
            near = _nearest_options(name, options)
            faults.append(_no_such_option(name, near, options))
            if not equals and rest and not _is_option(rest[0]) and _takes_text(near, options, command):
                rest.pop(0)
            continue
        if option.is_flag:
            kept.append(name)
            if equals:
                faults.append(fault_of(RefusedError(_field(name), given, "option_without_text")))
            continue
        values = [given] if equals else []
        while len(values) < option.nargs and rest and not _is_option(rest[0]):
            values.append(rest.pop(0))
        fault = _fault_of_values(name, option, values, given_before)
        if fault is not None:
            faults.append(fault)
        else:
            kept += [name, *values]
            given_before.add(option.name)
    allowed = [param.nargs for param in command.params if isinstance(param, click.Argument)]
    if -1 not in allowed:
        faults += [_one_too_many(text, command, options) for text in texts[sum(allowed) :][:_NEAR]]
        texts = texts[: sum(allowed)]
    return faults, [*kept, "--", *texts] if texts else kept


def _fault_of_values(
    name: str, option: click.Option, values: Sequence[str], given_before: Set[str | None]
) -> SaidFault | None:
    """What is wrong with what stands behind an option, however it will be read."""
    from itbcalc.errors import RefusedError

    typed = " ".join(values)
    if len(values) < option.nargs:
        rule = "missing" if option.nargs == 1 else "option_texts"
        return fault_of(RefusedError(_field(name), typed, rule, known=option.metavar or ""))
    if option.name in given_before and not option.multiple:
        return fault_of(RefusedError(_field(name), typed, "given_twice"))
    if option.nargs == 1 and not typed.strip(" "):
        return fault_of(RefusedError(_field(name), typed, "empty"))
    return None


def _is_option(word: str) -> bool:
    """Whether a word is an option and no text: a text that begins so is given as `--note=--so`."""
    return word == "--" or (word.startswith("--") and _OPTION.fullmatch(word) is not None)


def _takes_text(near: Sequence[str], options: dict[str, click.Option], command: click.Command) -> bool:
    """Whether what stands behind an unknown option is its text, as far as that can be told."""
    if near:
        return not options[near[0]].is_flag
    return not any(isinstance(param, click.Argument) for param in command.params)


def _no_such_option(name: str, near: Sequence[str], options: dict[str, click.Option]) -> SaidFault:
    from itbcalc.errors import RefusedError

    rule = "option_near" if near else "option_unknown"
    known = ", ".join(near or [each for each in options if each.startswith("--")])
    return fault_of(RefusedError(_field(name), name, rule, known=known))


def _one_too_many(text: str, command: click.Command, options: dict[str, click.Option]) -> SaidFault:
    from itbcalc.errors import RefusedError

    if f"--{text}" in options:
        return _no_such_option(text, [f"--{text}"], options)
    arguments = [
        str(param.make_metavar(click.get_current_context()))
        for param in command.params
        if isinstance(param, click.Argument)
    ]
    taking = [name for name, option in options.items() if not option.is_flag]
    if arguments:
        fault = RefusedError("", text, "more_than_taken", known=f"{command.name} {' '.join(arguments)}")
    elif taking:
        fault = RefusedError("", text, "without_option", known=", ".join(taking))
    else:
        fault = RefusedError("", text, "nothing_taken", known=str(command.name))
    return fault_of(fault)


def _field(option: str) -> str:
    return option.lstrip("-\u2013\u2014").replace("-", "_")
