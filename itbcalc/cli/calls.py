"""Commands that say everything that is wrong with a call at once, and what may have been meant.

click ends at the first thing it does not know. Here the call is gone through first: what is known goes to click, the
rest is kept as faults, and the command says them together with what is wrong in the texts themselves.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import click
from click.shell_completion import CompletionItem

from itbcalc.cli.faults import SaidFault, fault_of, usage_faults

_OPTION = re.compile(r"--[a-z][a-z-]*(=.*)?|-[a-zA-Z]", re.DOTALL)
_NEAR = 4
HELP_NAMES = {"help_option_names": ["-h", "--help"]}


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
        if ctx.resilient_parsing or name in self.commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        raise click.UsageError(self._unknown(name), ctx)

    def _unknown(self, name: str) -> str:
        from itbcalc.say.catalogue import _

        whole = {f"{inside}{command}": command for inside, command in _commands_of(self)}
        near = [call for call, command in whole.items() if command == name.lower()]
        near += [each for each in _nearest(name, self.commands) if each not in near]
        if near:
            return _("‘{typed}’ is not a command; did you mean: {known}", typed=name, known=", ".join(near))
        if name == "help":
            return _("‘{typed}’ is not a command; write {known}", typed=name, known="itbcalc --help")
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


def _gone_through(
    command: click.Command, ctx: click.Context, args: Sequence[str]
) -> tuple[list[SaidFault], list[str]]:
    """What is wrong with a call, and what of it is right."""
    from itbcalc.errors import RefusedError

    options = {
        name: param
        for param in command.get_params(ctx)
        if isinstance(param, click.Option)
        for name in param.opts
    }
    rest, kept, texts = list(args), list[str](), list[str]()
    faults: list[SaidFault] = []
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
            near = _nearest(name, [known for known in options if known.startswith("--")])
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
        if len(values) < option.nargs:
            needed = option.metavar or ""
            rule = "missing" if option.nargs == 1 else "option_texts"
            faults.append(fault_of(RefusedError(_field(name), " ".join(values), rule, known=needed)))
        elif option.nargs == 1 and not values[0].strip(" "):
            faults.append(fault_of(RefusedError(_field(name), values[0], "empty")))
        else:
            kept += [name, *values]
    allowed = [param.nargs for param in command.params if isinstance(param, click.Argument)]
    if -1 not in allowed:
        faults += [_one_too_many(text, command) for text in texts[sum(allowed) :]]
        texts = texts[: sum(allowed)]
    return faults, [*kept, "--", *texts] if texts else kept


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


def _one_too_many(text: str, command: click.Command) -> SaidFault:
    from itbcalc.errors import RefusedError

    return fault_of(RefusedError("", text, "one_too_many", known=str(command.name)))


def _field(option: str) -> str:
    return option.lstrip("-").replace("-", "_")
