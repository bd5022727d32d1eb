"""papertui's own Markdown: the list of ``export --format markdown``, and the notes of ``export --folder``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from papertui.citations.markdown import unescape_markdown
from papertui.citations.obsidian import BEGIN, END, split_front_matter
from papertui.importers.batch import SOURCE, BadRecord, Batch, ImportedBookmark
from papertui.importers.bibtex import LARGEST, decoded
from papertui.importers.files import Head, OpenedFile, read_whole
from papertui.model import text
from papertui.model.bookmark import RATINGS, STATES, State
from papertui.model.paper import Paper, page_url, paper_id, pdf_url
from papertui.model.partial_date import PartialDate, partial_date_from
