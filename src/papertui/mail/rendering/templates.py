"""Renders the digest with the bundled templates or custom ones.

Each format has an environment that escapes every value, so that a template cannot forget it. Templates run in a
sandbox and see only the digest.
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
#: The prefix of bundled templates in custom ones: ``{% extends "papertui/digest.html" %}``.
_OURS = "papertui"
#: Errors in a template: unknown names raise `TemplateError`, the rest are Python's errors.
_FAULTS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


def render(view: DigestView, form: Form, folder: Path | None) -> str:
    """Render the digest in a format.

    Args:
        view: the digest.
        form: selects ``digest.txt``, ``digest.html`` or ``digest.md``.
        folder: the folder of custom templates; bundled ones replace those it does not contain.

    Raises:
        SettingsError: a custom template cannot be used; the message names the file and the line.
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
    """Check that the folder contains a template.

    Raises:
        SettingsError: it does not.
    """
    names = [f"digest.{form}" for form in FORMS]
    if not folder.is_dir():
        raise SettingsError(f"There is no folder {folder}; set “templates” in [digest] to a folder, or leave it empty.")
    if not any((folder / name).is_file() for name in names):
        raise SettingsError(
            f"The folder {folder} contains no template; valid names are {', '.join(names[:-1])} and {names[-1]}."
        )
    return folder


def _told(error: BaseException, folder: Path, form: Form) -> str:
    """The error message with file and line."""
    if isinstance(error, TemplateNotFound):
        return f"A template in {folder} needs “{one_line(str(error.name))}”, which does not exist; add or replace it."
    if isinstance(error, TemplateSyntaxError):
        file, line = error.filename or error.name or f"digest.{form}", error.lineno
    else:
        file, line = _place(error) or (f"digest.{form}", 1)
    reason = one_line(str(error)).rstrip(".") or type(error).__name__
    return f"The template {folder / Path(file).name}, line {line}: {reason}. Correct it, or remove the file."


def _place(error: BaseException) -> tuple[str, int] | None:
    """The innermost file and line of a template; Jinja makes tracebacks show them."""
    place = None
    step: Any = error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if Path(file).suffix.lstrip(".") in FORMS:
            place = file, step.tb_lineno
        step = step.tb_next
    return place
