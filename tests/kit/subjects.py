"""Papers on a few subjects, in words whose meaning is known."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from kit.papers import plain
from papertui.model.paper import Paper

SUBJECTS = {
    "robot": [
        "robot",
        "grasping",
        "manipulation",
        "gripper",
        "humanoid",
        "locomotion",
        "actuator",
        "dexterous",
        "arm",
        "legged",
    ],
    "speech": [
        "speech",
        "audio",
        "acoustic",
        "phoneme",
        "speaker",
        "voice",
        "recognition",
        "music",
        "microphone",
        "singing",
    ],
    "protein": [
        "protein",
        "molecule",
        "drug",
        "binding",
        "docking",
        "chemistry",
        "genome",
        "enzyme",
        "ligand",
        "peptide",
    ],
    "galaxy": [
        "galaxy",
        "telescope",
        "stellar",
        "redshift",
        "supernova",
        "cosmology",
        "dark",
        "halo",
        "luminosity",
        "quasar",
    ],
}


def of_subjects(each: int = 20, *, today: date = date(2026, 4, 30)) -> list[Paper]:
    """Return papers of four subjects by turns, one of each subject on every fifth day before today."""
    random = Random(7)
    papers = []
    for number in range(each):
        day = today - timedelta(days=5 * number)
        for place, (subject, words) in enumerate(SUBJECTS.items()):
            chosen = [subject, *random.sample(words[1:], 4)]
            paper = plain(100 * place + number)._replace(
                title=f"We study the {' '.join(chosen[:3])} with {chosen[3]}",
                abstract=f"In this paper the {' and the '.join(chosen)} are shown.",
                featured=day,
                published=datetime(day.year, day.month, day.day, tzinfo=UTC),
                keywords=(),
            )
            papers.append(paper)
    return papers


def subject_of(paper: Paper) -> str:
    """Return the subject of a paper."""
    return list(SUBJECTS)[int(paper.id[-5:]) // 100]
