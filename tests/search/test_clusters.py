"""Clusters of papers by their vectors, and their names."""

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from kit.papers import plain
from kit.subjects import SUBJECTS, of_subjects, subject_of
from papertui.model.paper import Paper
from papertui.search.builder import build
from papertui.search.cluster_names import cluster_names
from papertui.search.clusters import NOWHERE, centers_of, spread_out, usual_number
from papertui.search.words import SMALL_WORDS

PAPERS = of_subjects()


def vectors_of(papers: list[Paper]) -> NDArray[np.int8]:
    return build(papers).vectors


VECTORS = vectors_of(PAPERS)


def test_papers_on_one_subject_are_one_cluster() -> None:
    steps: list[tuple[int, int]] = []
    centers = centers_of(VECTORS, 4, lambda done, total: steps.append((done, total)))
    labels = centers.nearest(VECTORS).tolist()
    assert len(set(zip(labels, map(subject_of, PAPERS), strict=True))) == 4
    assert steps == sorted(steps)
    assert steps[0][0] == 0
    again = centers_of(VECTORS, 4)
    assert again.centers.tobytes() == centers.centers.tobytes(), "the same papers, the same map"


def test_a_paper_without_a_known_word_is_in_no_cluster() -> None:
    centers = centers_of(VECTORS, 4)
    unknown = vectors_of([plain(1)._replace(title="zzzqqq", abstract="", keywords=())])
    assert centers.nearest(np.concatenate((unknown, VECTORS[:1]))).tolist()[0] == NOWHERE
    assert centers_of(VECTORS[:0], 4).nearest(unknown).tolist() == [NOWHERE]
    assert centers_of(VECTORS[:1], 4).number == 1


@pytest.mark.parametrize(
    ("papers", "number"), [(0, 0), (12, 2), (48, 8), (100, 8), (1_394, 14), (100_000, 24), (3_000_000, 24)]
)
def test_more_papers_have_more_clusters(papers: int, number: int) -> None:
    assert usual_number(papers) == number


def test_papers_to_rate_are_spread_over_the_subjects() -> None:
    liking = [float(place) for place in range(len(PAPERS))]
    places = spread_out(VECTORS, liking, 4)
    assert {subject_of(PAPERS[place]) for place in places} == set(SUBJECTS)
    assert spread_out(VECTORS[:3], [1.0, 2.0, 3.0], 8) == [0, 1, 2]
    unknown = np.zeros((2, VECTORS.shape[1]), np.int8)
    assert spread_out(np.concatenate((unknown, VECTORS[:1])), [1.0, 2.0, 0.0], 2) == [1, 2]


# --- names -------------------------------------------------------------------------------------------


def titled(*titles: str, times: int = 3) -> list[Paper]:
    return [
        plain(number)._replace(title=title, abstract="", keywords=()) for number, title in enumerate(titles * times)
    ]


def parts(name: str) -> list[str]:
    return re.findall(r"[\w-]+", name.casefold())


def test_a_name_has_the_words_that_set_a_cluster_apart() -> None:
    groups = [[paper for paper in PAPERS if subject_of(paper) == subject] for subject in SUBJECTS]
    names = cluster_names(groups, {})
    for subject, name in zip(SUBJECTS, names, strict=True):
        assert name.split(", ")[0].startswith(subject), names
        assert set(parts(name)) <= set(SUBJECTS[subject]), names
    everything = [word for name in names for word in parts(name)]
    assert len(everything) == len(set(everything)), "no word is in two names"
    assert not SMALL_WORDS.intersection(everything)


def test_a_pair_of_words_is_named_as_one_and_spelt_as_it_is_written() -> None:
    names = cluster_names(
        [
            titled("We use reinforcement learning for LLMs", "Deep Reinforcement Learning of LLMs and Trees"),
            titled(
                "Fast Gaussian splatting in 3D", "On the Gaussian Splatting of 3D Heads", "With Gaussian noise in 3D"
            ),
        ],
        {},
    )
    assert "reinforcement learning" in names[0].split(", ")
    assert "LLMs" in names[0].split(", ")
    assert {"Gaussian splatting", "3D"} <= set(names[1].split(", ")), names


def test_a_name_does_not_say_the_same_twice() -> None:
    groups = [
        titled("A robot for robotic robots in a kitchen", "Robots cook"),
        titled("Vision-language-action (VLA) and vision-language-action policies: VLA"),
        titled("MLLM grounding", "Grounding MLLMs"),
        titled("Multimodal charts", "Multimodal pies"),
    ]
    names = cluster_names(groups, {"mllm": "multimodal large language model"})
    assert sum("robot" in word for word in parts(names[0])) == 1, names
    assert "vla" not in parts(names[1]), names
    assert not ("mllm" in " ".join(parts(names[2])) and "multimodal" in parts(names[3])), names


def test_every_cluster_has_another_name() -> None:
    assert cluster_names([titled("The"), titled("Of"), titled("New method")], {}) == ["others", "others 2", "others 3"]
    assert cluster_names([], {}) == []
    same = [titled("Speech and music"), titled("Speech and music")]
    names = cluster_names(same, {})
    assert len(set(names)) == 2
