"""Terms of the Local Government Association: each number once, each need one of ours, and read as feeds write them."""

import csv

from hub_finder.config import ROOT
from hub_finder.importers.feed_terms import key_of
from hub_finder.importers.lga_terms import LGA_NEEDS, LGA_SERVICE_TYPES, read_lga_terms


def needs() -> set[str]:
    with (ROOT / "data/needs.csv").open(encoding="utf-8", newline="") as file:
        return {row["need"] for row in csv.DictReader(file)}


def test_each_number_and_each_name_stands_once() -> None:
    terms = read_lga_terms()

    assert len({(term.taxonomy, term.code) for term in terms}) == len(terms)
    assert len({(term.taxonomy, key_of(term.name)) for term in terms}) == len(terms)


def test_what_a_term_means_is_a_need_of_ours_and_no_need_has_two_exact_ones() -> None:
    terms = read_lga_terms()
    exact = [term.need for term in terms if term.is_exact]

    assert {term.need for term in terms} - {""} <= needs()
    assert len(set(exact)) == len(exact)
    assert "" not in exact


def test_addresses_are_those_of_the_lists() -> None:
    addresses = {(term.taxonomy, term.code): term.uri for term in read_lga_terms()}

    assert addresses[LGA_SERVICE_TYPES, "1788"] == "http://id.esd.org.uk/service/1788"
    assert addresses[LGA_NEEDS, "69"] == "http://id.esd.org.uk/need/69"
