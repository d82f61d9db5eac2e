"""An export as a source: every row becomes a post or says why not, whatever the file is like."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import UnreadableError
from listener.record import RawPost, Reject
from listener.sources.file import detect, read_file

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

Read = Callable[..., list[RawPost | Reject]]


@pytest.fixture
def path_of(tmp_path):
    def write(data: str | bytes, name: str = "export.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
        return path

    return write


@pytest.fixture
def read(path_of) -> Read:
    def take_in(data: str | bytes, name: str = "export.csv", **mapping: str):
        return list(read_file(path_of(data, name), mapping=mapping, now=NOW))

    return take_in


def texts(records: list[RawPost | Reject]) -> list[str]:
    return [record.text for record in records if isinstance(record, RawPost)]


def rejects(records: list[RawPost | Reject]) -> list[tuple[int, str]]:
    return [(record.line, record.reason) for record in records if isinstance(record, Reject)]


def test_a_row_is_a_post_with_all_its_fields(read):
    (post,) = read(
        "id,author,text,created_at,stars,url,lang,title,conversation_id,parent_id,retweets,likes\n"
        '7,@Ann,"Great, truly",2026-01-02 03:04:05,4,https://a.example/7,en-GB,Hm,c1,p1,"1,234",5\n'
    )

    assert post.native_key == "7"
    assert post.key_level == "guid"
    assert post.author.key == post.author.name == "Ann"
    assert post.text == "Great, truly"
    assert post.created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (post.rating, post.kind, post.language) == (0.75, "review", "en")
    assert (post.url, post.title) == ("https://a.example/7", "Hm")
    assert (post.thread_key, post.parent_key) == ("c1", "p1")
    assert (post.reposts, post.likes, post.replies) == (1234, 5, None)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_line_end_is_told(read, mark, end):
    rows = [["text", "author"], ["one, two; three", "Ann"], ['say "hi"', "Bob"]]
    stream = io.StringIO()
    csv.writer(stream, delimiter=mark, lineterminator=end).writerows(rows)

    assert texts(read(stream.getvalue())) == ["one, two; three", 'say "hi"']


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with BOM"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_any_usual_encoding_is_told(path_of, encoding, name):
    path = path_of("id,text\r\n1,“Größe” – très bien\r\n2,plain words\r\n".encode(encoding))

    assert texts(list(read_file(path, now=NOW))) == ["“Größe” – très bien", "plain words"]
    assert detect(path, {}, NOW).opened.name == name


def test_a_wrong_byte_far_down_costs_a_letter_at_most(read):
    rows = b"".join(b"%d,plain\n" % number for number in range(40_000))
    records = read(b"id,text\n" + rows + b"x,caf\xe9\n")

    assert len(records) == 40_001
    assert records[-1].text == "café"


def test_quotes_and_newlines_inside_a_cell_are_text(read):
    (post,) = read('text,author\n"one\ntwo ""three"" 5"" disk","Ann"\n')

    assert post.text == 'one\ntwo "three" 5" disk'


def test_quotation_marks_in_an_unquoted_table_are_text(read):
    tsv = 'text\tauthor\n"LOL" he said, 5" disk\tAnn\n"never closed\tBob\n'

    assert texts(read(tsv)) == ['"LOL" he said, 5" disk', '"never closed']


def test_backslashes_before_quotes_are_understood(read):
    assert texts(read('id,text\n1,"say \\"hi\\", ok"\n2,"b"\n')) == ['say "hi", ok', "b"]


def test_excels_own_first_line_is_no_row(read):
    assert texts(read("sep=;\r\ntext;author\r\nhi;Ann\r\n")) == ["hi"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("", "the file is empty"),
        ("\n \n", "the file is empty"),
        ("id,text\n", "there is no row below the header 'id', 'text'"),
        ("foo,bar\n1,2\n", "there are 'foo', 'bar'. Say which it is: --map text=COLUMN."),
        ("<!DOCTYPE html><p>hi", "this is a web page"),
        (b"PK\x03\x04....", "this is an Excel workbook"),
        (b"%PDF-1.7", "this is a PDF"),
        (bytes(range(256)) * 4, "this is not text"),
        (("," * 3000 + "\n") * 2, "3001 columns"),
    ],
)
def test_a_file_without_posts_is_refused_with_the_mend(path_of, data, says):
    path = path_of(data)
    with pytest.raises(UnreadableError) as caught:
        read_file(path, now=NOW)

    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_path_that_is_no_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "nothing.csv"):
        with pytest.raises(UnreadableError):
            read_file(path, now=NOW)


def test_a_mapping_names_the_columns_and_the_layout_can_be_kept(path_of):
    path = path_of("Wort;Punkte;Tag\nhi;4,5;3/4/2026\n")
    wanted = {"text": "Wort", "rating": "Punkte", "created_at": "Tag", "date_order": "mdy"}

    layout = detect(path, wanted, NOW)
    (post,) = read_file(path, mapping=layout.mapping(), now=NOW)

    assert post.rating == 0.875
    assert post.created_at == datetime(2026, 3, 4, tzinfo=UTC)
    assert layout.mapping() == wanted | {"rating_max": "5"}
    assert ("order of dates", "month/day/year") in layout.told()


def test_a_guessed_order_of_dates_is_said(path_of):
    told = dict(detect(path_of("text,date\nhi,3/4/2026\n"), {}, NOW).told())

    assert "a guess" in told["order of dates"]


def test_dates_far_down_decide_for_the_first(read):
    rows = "".join(f"{n},a,3/4/2026\n" for n in range(3000))
    records = read("id,text,date\n" + rows + "x,b,3/25/2026\n")

    assert records[0].created_at == datetime(2026, 3, 4, tzinfo=UTC)


def test_ratings_far_down_decide_the_scale_for_the_first(read):
    records = read("id,text,rating\n" + "".join(f"{n},a,5\n" for n in range(3000)) + "x,b,10\n")

    assert records[0].rating == pytest.approx(4 / 9)


def test_a_date_that_cannot_be_is_missing_not_a_reject(read):
    (post,) = read("text,date\nhi,9999-12-31\n")

    assert post.created_at is None
    assert post.time_quality == "missing"


def test_a_survey_keeps_score_and_words_apart(read):
    records = read(
        "Response ID,How likely are you to recommend us?,Main reason for your score,Email\n"
        "1,9,,a@b.example\n2,10 - extremely likely,good,\n3,,,\n4,11,,\n5,0,bad,\n"
    )

    posts = [record for record in records if isinstance(record, RawPost)]
    assert [(post.nps, post.text, post.kind) for post in posts] == [
        (9, "", "survey"),
        (10, "good", "survey"),
        (0, "bad", "survey"),
    ]
    assert rejects(records) == [
        (4, "neither text nor rating nor score"),
        (5, "no text, and its nps '11' is none that can be given"),
    ]


@pytest.mark.parametrize(
    ("scores", "meaning"),
    [
        (["4", "5"], "rating"),
        (["0", "9"], "nps"),
        (["4000", "3"], "likes"),
        (["4.5", "9"], "rating"),
        (["-0.5", "0.7"], None),
    ],
)
def test_a_column_called_score_is_what_all_its_numbers_allow(path_of, scores, meaning):
    path = path_of("text,score\n" + "".join(f"words,{score}\n" for score in scores))
    columns = detect(path, {}, NOW).columns

    assert {name for name, column in columns.items() if column == "score"} == (
        {meaning} if meaning else set()
    )


def test_the_highest_rating_can_be_declared_or_stand_beside(read):
    assert read("text,stars\na,3\n", rating_max="10")[0].rating == pytest.approx(2 / 9)
    assert read("text,stars,out of\na,3,10\n")[0].rating == pytest.approx(2 / 9)


@pytest.mark.parametrize("nobody", ["", "  ", "Anonymous", "N/A", "[deleted]"])
def test_a_post_nobody_signed_is_kept_without_an_author(read, nobody):
    (post,) = read(f"id,text,author\n1,hi,{nobody}\n")

    assert post.author is None


def test_accounts_of_two_sites_are_kept_apart_but_not_those_of_two_apps(read):
    sites = read("id,text,author,source\n1,a,ann,twitter\n1,b,ann,reddit\n")
    apps = read("id,text,author,source\n1,a,ann,Twitter for iPhone\n2,b,ann,Twitter Web Client\n")

    assert [post.author.key for post in sites] == ["twitter/ann", "reddit/ann"]
    assert [post.native_key for post in sites] == ["twitter/1", "reddit/1"]
    assert [post.author.key for post in apps] == ["ann", "ann"]


def test_an_id_that_comes_again_is_rejected_with_the_line_that_has_it(read):
    records = read("id,text\n1,one\n1,one\n1,other\n2,two\n")

    assert texts(records) == ["one", "two"]
    assert rejects(records) == [
        (3, "the same as line 2"),
        (4, "line 2 already has the id '1', with other content"),
    ]


def test_ids_a_spreadsheet_has_rounded_are_no_ids(read):
    records = read("id,text\n5.70306E+17,one\n5.70306E+17,two\n")

    assert texts(records) == ["one", "two"]
    assert {record.key_level for record in records} == {"content"}


def test_without_ids_the_same_words_of_one_author_are_one_post(read):
    records = read(
        "author,text,date\n"
        "Ann,Great  Coffee,2026-01-02\n"
        "ann,Great coffee,2026-01-02\n"
        "Ann,great coffee,2026-01-02\n"
        "Ann,Great Coffee,2026-01-03\n"
    )

    assert len(texts(records)) == 3
    assert [line for line, _ in rejects(records)] == [4]


def test_unsigned_answers_that_are_alike_are_all_counted(read):
    records = read("nps,comment\n9,\n9,\n9,\n3,\n")

    assert [record.nps for record in records] == [9, 9, 9, 3]
    assert len({record.native_key for record in records}) == 4


def test_the_same_file_gives_the_same_posts_at_any_time(path_of):
    path = path_of("author,text,date\nAnn,a,2026-11-24 20:00\n,b,\n,b,\n")
    later = NOW.replace(year=2027)

    assert list(read_file(path, now=NOW)) == list(read_file(path, now=later))


def test_reposts_and_unsafe_links_are_told(read):
    first, second = read("text,url\nRT @ann: so good,javascript:alert(1)\nRTFM,https://a.example\n")

    assert first.is_repost
    assert first.url is None
    assert not second.is_repost


def test_a_formula_stays_text_and_our_own_guard_is_taken_off(read):
    assert texts(read("text,author\n=1+1,Ann\n'=1+2,'@bob\n'tis,x\n")) == ["=1+1", "=1+2", "'tis"]
    assert read("text,author\n'=1+2,'@bob\n")[0].author.name == "bob"


def test_json_lines_reject_bad_lines_alone(read):
    lines = [
        b'\xef\xbb\xbf{"text":"a","author":{"name":"ann","id":7},"created_at":1764000000}',
        b'{"text":NaN}',
        b"[1]",
        b'"x"',
        b"null",
        b'{"text":"a","text":"b"}',
        b'{"text":' + b"[" * 100_000,
        b'{"n":' + b"9" * 5000 + b"}",
        b'{"text":"x","id":"\\ud83d"}',
        b"{bad",
        b"",
        b'{"text":"half \\ud83d","id":1}',
        b'{"text":["a"]}',
    ]
    records = read(b"\n".join(lines), "export.jsonl")

    assert texts(records) == ["a", "half \ufffd"]
    assert (records[0].author.key, records[0].author.name) == ("7", "ann")
    assert records[0].created_at == datetime(2025, 11, 24, 16, tzinfo=UTC)
    assert [line for line, _ in rejects(records)] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 13]
    assert rejects(records)[4][1] == "the key 'text' stands in it twice"


def test_a_json_array_is_read_up_to_what_is_broken(read):
    records = read('[{"text":"a"},\n 5,\n{"text":"b"}, x, {"text":"c"}]', "export.json")

    assert texts(records) == ["a", "b"]
    assert [line for line, _ in rejects(records)] == [2, 3]


def test_json_without_an_object_is_refused(path_of):
    with pytest.raises(UnreadableError, match="not one line is a JSON object"):
        read_file(path_of("{\n  'text': 1\n}\n", "export.jsonl"), now=NOW)


def test_a_packed_file_is_read_whatever_it_is_called(read):
    assert texts(read(gzip.compress(b"id,text\n1,hi\n"))) == ["hi"]
