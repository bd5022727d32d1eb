"""Templates for a digest, papertui's or the reader's own: found, filled in, and what is wrong with them told.

Each form has an environment in which every value is escaped the way the form needs, so that a template cannot forget
it. Templates run in a sandbox: they see the digest and nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from papertui.core.digest.view import DigestView
from papertui.core.safe import one_line
from papertui.errors import SettingsError
from papertui.mail.rendering.forms import filled, marked, marked_link

Form = Literal["txt", "html", "md"]
FORMS: tuple[Form, ...] = ("txt", "html", "md")
#: What papertui's own templates are called from those of a reader: ``{% extends "papertui/digest.html" %}``.
_OURS = "papertui"
#: What goes wrong in a template that can be read: unknown names are `TemplateError`, the rest is Python's.
_FAULTS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


def render(view: DigestView, form: Form, folder: Path | None) -> str:
    """The digest in a form.

    Args:
        view: the digest.
        form: which template: ``digest.txt``, ``digest.html`` or ``digest.md``.
        folder: where the reader's own templates are; those that are not there are papertui's.

    Raises:
        SettingsError: a template of the reader's cannot be used; the sentence names the file and the line.
    """
    environment = _environment(form, folder)
    try:
        return environment.get_template(f"digest.{form}").render(digest=view)
    except UnicodeDecodeError as error:
        raise SettingsError(f"A template in {folder} is not UTF-8. Save the templates as UTF-8 text.") from error
    except _FAULTS as error:
        if folder is None:
            raise
        raise SettingsError(_told(error, folder, form)) from error
    except OSError as error:
        raise SettingsError(f"A template in {folder} cannot be read: {error.strerror or error}.") from error


def _environment(form: Form, folder: Path | None) -> ImmutableSandboxedEnvironment:
    ours = PackageLoader("papertui.mail")
    own = [] if folder is None else [FileSystemLoader(_checked(folder))]
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*own, PrefixLoader({_OURS: ours}), ours]),
        autoescape=form != "txt",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=marked if form == "md" else None,
    )
    environment.filters["fill"] = filled
    if form == "md":
        environment.filters["link"] = marked_link
    return environment


def _checked(folder: Path) -> Path:
    """The folder, when it holds a template.

    Raises:
        SettingsError: it does not.
    """
    names = [f"digest.{form}" for form in FORMS]
    if not folder.is_dir():
        raise SettingsError(f"There is no folder {folder}; “templates” in [digest] must name one, or be empty.")
    if not any((folder / name).is_file() for name in names):
        raise SettingsError(
            f"The folder {folder} holds no template; call yours {', '.join(names[:-1])} or {names[-1]}."
        )
    return folder


def _told(error: BaseException, folder: Path, form: Form) -> str:
    """What is wrong, and in which file and line."""
    if isinstance(error, TemplateNotFound):
        return f"A template in {folder} needs “{one_line(str(error.name))}”, which is not there; add it, or do without."
    if isinstance(error, TemplateSyntaxError):
        file, line = error.filename or error.name or f"digest.{form}", error.lineno
    else:
        file, line = _place(error) or (f"digest.{form}", 1)
    reason = one_line(str(error)).rstrip(".") or type(error).__name__
    return f"The template {folder / Path(file).name}, line {line}: {reason}. Correct it, or take it out of the folder."


def _place(error: BaseException) -> tuple[str, int] | None:
    """The innermost place in a template; Jinja lets tracebacks tell it."""
    found = None
    step: Any = error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if Path(file).suffix.lstrip(".") in FORMS:
            found = file, step.tb_lineno
        step = step.tb_next
    return found
