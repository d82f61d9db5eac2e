"""Unpacking: whole bodies only, and never more than the caps."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.unpack import STEP_BYTES, BodyTooLarge, BrokenBody, Caps, beginning, unpack

CAPS = Caps(wire=2**20, unpacked=4 * 2**20)


def cut(packed: bytes, size: int) -> list[bytes]:
    return [packed[at : at + size] for at in range(0, len(packed), size)]


@given(st.binary(max_size=3000), st.integers(1, 400), st.integers(0, 9))
def test_a_gzipped_body_comes_out_as_it_went_in_however_it_is_cut(body, size, level):
    assert unpack(cut(gzip.compress(body, level), size), "gzip", CAPS) == body


@pytest.mark.parametrize("size", [STEP_BYTES - 1, STEP_BYTES, STEP_BYTES + 1, 3 * STEP_BYTES])
@pytest.mark.parametrize("text", [b"\0", b"ab"])
def test_bodies_around_the_step_come_out_whole(size, text):
    body = (text * size)[:size]
    for piece in (7, 65536):
        assert unpack(cut(gzip.compress(body), piece), "gzip", CAPS) == body


@given(st.lists(st.binary(max_size=100), min_size=1, max_size=5), st.integers(1, 50))
def test_members_in_a_row_are_one_body(bodies, size):
    packed = b"".join(gzip.compress(body) for body in bodies)
    assert unpack(cut(packed, size), "x-gzip", CAPS) == b"".join(bodies)


@given(st.binary(min_size=1, max_size=500), st.data())
def test_a_gzip_that_breaks_off_anywhere_is_never_taken_as_whole(body, data):
    packed = gzip.compress(body)
    end = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(BrokenBody):
        unpack([packed[:end]], "gzip", CAPS)


@pytest.mark.parametrize("place", [-8, -5, -4, -1])
def test_a_wrong_checksum_or_length_in_the_trailer_is_noticed(place):
    packed = bytearray(gzip.compress(b"so good" * 100))
    packed[place] ^= 1
    with pytest.raises(BrokenBody):
        unpack([bytes(packed)], "gzip", CAPS)


def test_bytes_behind_the_last_member_are_ignored_as_browsers_do():
    assert unpack([gzip.compress(b"good") + b"\0\0<!-- 0.2 s -->"], "gzip", CAPS) == b"good"


@pytest.mark.parametrize("encoding", ["", "identity", " Identity "])
def test_a_plain_body_stays_as_it_is(encoding):
    assert unpack([b"a", b"", b"b"], encoding, CAPS) == b"ab"


@pytest.mark.parametrize(
    "encoding", ["br", "zstd", "deflate", "compress", "gzip, gzip", "gzip,gzip", "gzip, identity"]
)
def test_any_other_encoding_and_any_second_one_is_refused_unread(encoding):
    def unread():
        raise AssertionError("was read")
        yield b""

    with pytest.raises(BrokenBody, match="did not ask for"):
        unpack(unread(), encoding, CAPS)


def test_no_body_at_all_is_an_empty_one_whatever_it_claims():
    assert unpack([], "gzip", CAPS) == b""


def test_a_bomb_stops_at_the_cap():
    bomb = gzip.compress(bytes(CAPS.unpacked + 1))
    with pytest.raises(BodyTooLarge):
        unpack(cut(bomb, 65536), "gzip", CAPS)


def test_a_body_that_unpacks_far_more_than_any_page_is_stopped_early():
    taken = []

    def sent():
        for piece in cut(gzip.compress(bytes(50 * 2**20), 1), 4096):
            taken.append(piece)
            yield piece

    with pytest.raises(BodyTooLarge, match="honest"):
        unpack(sent(), "gzip", Caps(10 * 2**20, 2**30))
    assert len(taken) < 10


def test_as_many_bytes_as_the_caps_allow_are_taken_and_not_one_more():
    caps = Caps(wire=1000, unpacked=1000)
    noise = random.Random(1).randbytes(1001)

    assert unpack([noise[:1000]], "", caps) == noise[:1000]
    with pytest.raises(BodyTooLarge):
        unpack([noise], "", caps)
    with pytest.raises(BodyTooLarge):
        unpack([gzip.compress(noise[:990])], "gzip", Caps(wire=900, unpacked=1000))


def test_thousands_of_tiny_members_are_not_unpacked_one_by_one():
    with pytest.raises(BrokenBody, match="too many"):
        unpack(cut(gzip.compress(b"") * 2000, 65536), "gzip", CAPS)


def test_the_beginning_is_what_can_be_had():
    assert beginning([b"abc", b"def"], "", 4) == b"abcd"
    assert beginning([gzip.compress(b"hello")[:-3]], "gzip", 100) == b"hello"
    assert beginning([zlib.compress(b"x")], "gzip", 100) == b""
    assert beginning([b"x"], "br", 100) == b""
