"""Packs as files: what goes in comes out, and nothing but a whole pack is taken."""

import io
import json
import os
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from prefdesk.errors import Cancelled, InputError, PrefdeskError
from prefdesk.formats import pack, pack_manifest, pack_signing, pack_zip
from tests.unit.formats.packs import (
    change,
    change_head,
    deflated,
    event,
    items,
    manifest,
    parts,
    raw_zip,
    repack,
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    path = tmp_path / "a.prefpack"
    pack.write(path, manifest(), items())
    return path


@pytest.fixture
def back(tmp_path: Path) -> Path:
    path = tmp_path / "b.prefpack"
    judged = [pack.JudgedItem(one.completion, one.content_hash) for one in items()]
    pack.write(path, manifest("ratings"), judged, [event(i) for i in range(3)])
    return path


def read(path: Path) -> tuple[list[object], list[object]]:
    with pack.read(path) as opened:
        if opened.manifest.kind == "rate":
            return list(opened.items()), []
        return list(opened.judged()), list(opened.events())


def test_that_items_and_events_come_out_as_they_went_in(out: Path, back: Path) -> None:
    assert read(out)[0] == items()
    judged, events = read(back)
    assert [one.completion for one in judged] == [one.completion for one in items()]  # type: ignore[attr-defined]
    assert events == [event(i) for i in range(3)]
    with pack.read(out) as opened:
        assert opened.manifest == manifest()
        assert (opened.n_items, opened.n_events, opened.seal) == (4, 0, "none")


def test_that_the_same_content_makes_the_same_bytes(tmp_path: Path, out: Path) -> None:
    pack.write(tmp_path / "again.prefpack", manifest(), items())
    assert (tmp_path / "again.prefpack").read_bytes() == out.read_bytes()


def test_that_an_existing_file_stays_and_a_failed_pack_leaves_nothing(
    tmp_path: Path, out: Path
) -> None:
    before = out.read_bytes()
    with pytest.raises(InputError, match="exists already"):
        pack.write(out, manifest(), items())
    with pytest.raises(InputError, match="proper name"):
        pack.write(tmp_path / "c.prefpack", manifest(rater_name=" "), items())
    with pytest.raises(InputError, match="too long"):
        pack.write(tmp_path / "c.prefpack", manifest("ratings"), [], [event(body="x" * 2**23)])
    assert out.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.prefpack"]
    pack.write(out, manifest(), items(1), overwrite=True)
    assert len(read(out)[0]) == 1


def test_that_reading_can_be_cancelled(out: Path) -> None:
    def beat() -> None:
        raise Cancelled

    with pytest.raises(Cancelled), pack.read(out, beat):
        pass


@pytest.mark.parametrize(
    ("member", "edit", "why"),
    [
        ("events.jsonl", lambda b: b.replace(b"7.0", b"9.0"), "not what its manifest says"),
        ("events.jsonl", lambda b: b + b, "not what its manifest says"),
        ("items.jsonl", lambda b: b.splitlines(True)[0], "not what its manifest says"),
        ("events.jsonl", lambda b: b[:-1], "middle of a line"),
        ("events.jsonl", lambda b: b + b"\n", "empty line"),
    ],
)
def test_that_a_forged_part_is_refused(back: Path, member: str, edit, why: str) -> None:
    change(back, member, edit, honest=False)
    with pytest.raises(InputError, match=why):
        read(back)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda b: b.replace(b'"seconds":1.5', b'"seconds":NaN'), "NaN"),
        (lambda b: b.replace(b'"seconds":1.5', b'"seconds":1e999'), "too large"),
        (lambda b: b.replace(b'"seconds":1.5', b'"seconds":-0.0'), "seconds"),
        (lambda b: b.replace(b'"seconds":1.5', b'"seconds":true'), "seconds"),
        (lambda b: b.replace(b'"seconds":1.5', b'"value":1.5'), "'value' appears twice"),
        (lambda b: b.replace(b'"seconds"', b'"secs"'), "field 'seconds'|field 'secs'"),
        (lambda b: b.replace(b'"hlc":5', b'"hlc":-5'), "hlc"),
        (lambda b: b.replace(b'"hlc":5', b'"hlc":9223372036854775808'), "hlc"),
        (lambda b: b.replace(b'"hlc":5', b'"hlc":5.0'), "hlc"),
        (lambda b: b.replace(b'"hlc":5', b'"hlc":' + b"9" * 5000), "digits"),
        (lambda b: b.replace(b'"body":""', b'"body":"\xff"'), "UTF-8"),
        (lambda b: b.replace(b'"body":""', b'"body":"\\ud800"'), "half of a character"),
        (lambda b: b.replace(b'"body":""', b'"body":' + b"[" * 100_000), "nested|JSON"),
        (lambda b: b.replace(b'"kind":"score"', b'"kind":7'), "kind"),
        (lambda b: b"[]\n" * 3, "not an object"),
        (lambda b: b.replace(b'"uid":"00', b'"uid":"0G'), "uid"),
    ],
)
def test_that_a_bad_line_is_refused_by_its_number(back: Path, edit, why: str) -> None:
    change(back, "events.jsonl", edit)
    with pytest.raises(InputError, match=rf"events.jsonl, line 1: .*({why})"):
        read(back)


def test_that_an_item_that_is_not_what_its_hash_says_is_refused(out: Path) -> None:
    change(out, "items.jsonl", lambda b: b.replace(b"Answer 2", b"Answer 3"))
    with pytest.raises(InputError, match=r"items.jsonl, line 3: it was changed"):
        read(out)


def test_that_a_guideline_is_part_of_what_was_judged(out: Path) -> None:
    change_head(out, criteria=[{"name": "overall", "guideline": "How short is it?"}])
    with pytest.raises(InputError, match="line 1: it was changed"):
        read(out)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"format": 2}, "made by a newer prefdesk"),
        ({"format": 0}, "names no format"),
        ({"kind": "else"}, "unknown kind"),
        ({"extra": 1}, "unknown field 'extra'"),
        ({"rater": {"uid": "00" * 16, "name": ""}}, "name"),
        ({"rater": "Ana"}, "rater"),
        ({"criteria": []}, "criteria"),
        ({"criteria": [{"name": "a", "guideline": ""}, {"name": "A", "guideline": ""}]}, "one"),
        ({"after_hlc": 2**63 - 1}, "after_hlc"),
        ({"public_key": "00"}, "public_key"),
        ({"members": {}}, "items.jsonl"),
    ],
)
def test_that_a_manifest_that_says_something_else_is_refused(out: Path, changes, why: str) -> None:
    head = json.loads(parts(out)["manifest.json"])
    change(out, "manifest.json", lambda _: json.dumps({**head, **changes}).encode(), honest=False)
    with pytest.raises(InputError, match=why):
        read(out)


def test_that_a_newer_pack_is_named_as_such_whatever_else_it_holds(out: Path) -> None:
    found = parts(out) | {"votes.jsonl": b"{}\n"}
    found["manifest.json"] = b'{"format": 3, "votes": true}'
    repack(out, found, honest=False)
    with pytest.raises(InputError, match="made by a newer prefdesk"):
        read(out)


@pytest.mark.parametrize("name", ["other.txt", "../manifest.json", "/etc/passwd", "events.jsonl"])
def test_that_a_part_that_no_pack_has_is_refused(out: Path, name: str) -> None:
    repack(out, parts(out) | {name: b"x\n"})
    with pytest.raises(InputError, match="a part that no pack has"):
        read(out)


@pytest.mark.parametrize("name", ["items.jsonl", "manifest.json"])
def test_that_a_missing_part_is_refused(out: Path, name: str) -> None:
    found = parts(out)
    del found[name]
    repack(out, found, honest=False)
    with pytest.raises(InputError, match=f"it has no {name}"):
        read(out)


def test_that_every_truncation_is_refused(out: Path) -> None:
    whole = out.read_bytes()
    for size in range(len(whole)):
        out.write_bytes(whole[:size])
        with pytest.raises(InputError):
            read(out)


def _archive(path: Path, build) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        build(archive)
    path.write_bytes(buffer.getvalue())


def _twice(archive: zipfile.ZipFile) -> None:
    archive.writestr("manifest.json", "{}")
    with pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("manifest.json", "{}")


def _link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("manifest.json")
    info.external_attr = 0o120777 << 16
    archive.writestr(info, "/etc/passwd")


def _extra(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("manifest.json")
    info.extra = struct.pack("<HHQ", 1, 8, 2**40)  # zip64 sizes
    archive.writestr(info, "{}")


def _many(archive: zipfile.ZipFile) -> None:
    for i in range(3000):
        archive.writestr(f"{i}", "")


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (_twice, "in it twice"),
        (_link, "not a file"),
        (_extra, "another program packed it"),
        (_many, "list of parts"),
        (lambda a: a.writestr("männifest", ""), "name that no pack has|another program"),
        (lambda a: a.writestr("manifest.json", b"", zipfile.ZIP_LZMA), "another program"),
        (lambda a: a.writestr("manifest.json/", b""), "not a file"),
        (lambda a: None, "not a rating pack"),
    ],
)
def test_that_a_zip_of_another_kind_is_refused(tmp_path: Path, build, why: str) -> None:
    path = tmp_path / "odd.prefpack"
    _archive(path, build)
    with pytest.raises(InputError, match=why):
        read(path)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda b: b.replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1"), "encr"),
        (lambda b: b + b"more", "cut off"),
        (lambda b: b"PK\x03\x04" + b, "do not fit|wrong"),
        (lambda b: b"%PDF-1.7" + b, "not a rating pack"),
    ],
)
def test_that_an_archive_with_something_around_it_is_refused(out: Path, edit, why: str) -> None:
    changed = edit(out.read_bytes())
    assert changed != out.read_bytes()
    out.write_bytes(changed)
    with pytest.raises(InputError, match=why):
        read(out)


class TestArchivesByHand:
    """Archives that agree with a pack in what they hold, and not in how."""

    def members(self, out: Path) -> list[tuple[str, bytes, int]]:
        return [(name, deflated(data), zlib.crc32(data)) for name, data in parts(out).items()]

    def test_that_a_plain_one_is_read(self, out: Path) -> None:
        out.write_bytes(raw_zip(self.members(out)))
        assert read(out)[0] == items()

    @pytest.mark.parametrize("kind", ["gap", "wrong crc", "more after it", "no end", "overlap"])
    def test_that_an_odd_one_is_refused(self, out: Path, kind: str) -> None:
        found = self.members(out)
        name, packed, crc = found[0]
        if kind == "wrong crc":
            found[0] = (name, packed, crc ^ 1)
        elif kind == "more after it":
            found[0] = (name, packed + b"more", crc)
        elif kind == "no end":
            found[0] = (name, deflated(parts(out)[name], ended=False), crc)
        made = raw_zip(found, b"gap" if kind == "gap" else b"")
        if kind == "overlap":
            second = made.index(b"PK\x01\x02", made.index(b"PK\x01\x02") + 1)
            made = made[: second + 42] + bytes(4) + made[second + 46 :]
        out.write_bytes(made)
        with pytest.raises(InputError, match=r"do not fit|is damaged"):
            read(out)

    def test_that_something_between_the_parts_and_their_list_is_refused(self, out: Path) -> None:
        made = raw_zip(self.members(out))
        start = made.index(b"PK\x01\x02")
        moved = struct.pack("<I", start + 4)
        out.write_bytes(made[:start] + b"more" + made[start:-6] + moved + made[-2:])
        with pytest.raises(InputError, match="do not fit"):
            read(out)


@pytest.mark.parametrize("kind", ["one line", "many lines", "manifest"])
def test_that_a_bomb_is_refused_in_little_memory(out: Path, kind: str) -> None:
    found = parts(out)
    size = 64 * 2**20
    if kind == "one line":
        found["items.jsonl"] = b"0" * size + b"\n"
    elif kind == "many lines":
        found["items.jsonl"] = b"0\n" * (size // 2)
    else:
        found["manifest.json"] = b" " * size
    repack(out, found, honest=kind == "one line")
    found.clear()
    assert out.stat().st_size < 2 * 2**20
    tracemalloc.start()
    with pytest.raises(InputError, match=r"of more than 4 MB|more than \d+ (MB|rows)"):
        read(out)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 2**20


def test_that_what_an_archive_says_of_its_sizes_is_not_believed(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pack_manifest.MOST_BYTES, "items.jsonl", 100)
    with pytest.raises(InputError, match=r"items.jsonl holds more|bytes is no"):
        read(out)


def test_that_a_pack_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.prefpack"
    with path.open("wb") as handle:
        handle.write(b"PK\x03\x04")
        handle.truncate(pack_zip.MAX_PACK_BYTES + 1)
    with pytest.raises(InputError, match="larger than 512 MB"):
        read(path)


def test_that_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.prefpack")
    for name in ("pipe.prefpack", ".", "nothing.prefpack", "nul\0"):
        with pytest.raises(InputError):
            read(tmp_path / name)


class TestSignatures:
    @pytest.fixture(autouse=True)
    def needs_cryptography(self) -> None:
        pytest.importorskip("cryptography")

    @pytest.fixture
    def signed(self, tmp_path: Path) -> Path:
        private = pack_signing.new_key()
        public = pack_signing.public_key(private)
        path = tmp_path / "signed.prefpack"
        judged = [pack.JudgedItem(one.completion, one.content_hash) for one in items()]
        head = manifest("ratings", public_key=public)
        pack.write(path, head, judged, [event()], private_key=private)
        return path

    def test_that_a_signed_pack_is_good(self, signed: Path) -> None:
        with pack.read(signed) as opened:
            assert opened.seal == "good"

    def test_that_it_is_not_checked_without_the_package(
        self, signed: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pack_signing, "_library", lambda: None)
        with pack.read(signed) as opened:
            assert opened.seal == "unchecked"
        assert pack_signing.new_key() == b""

    def test_that_a_change_that_fits_the_hashes_breaks_the_signature(self, signed: Path) -> None:
        change(signed, "events.jsonl", lambda b: b.replace(b"7.0", b"9.0"))
        with pytest.raises(InputError, match="signature does not fit"):
            read(signed)

    def test_that_a_signature_cannot_be_left_out(self, signed: Path) -> None:
        found = parts(signed)
        del found["signature"]
        repack(signed, found)
        with pytest.raises(InputError, match="it has no signature"):
            read(signed)

    def test_that_a_key_of_no_curve_is_refused(self, signed: Path) -> None:
        change_head(signed, public_key="ff" * 32)
        with pytest.raises(InputError, match="signature"):
            read(signed)


def test_that_errors_are_one_sentence_with_a_way_out(out: Path) -> None:
    out.write_bytes(out.read_bytes()[:-30])
    with pytest.raises(PrefdeskError) as error:
        read(out)
    assert error.value.message.count(".") == 2  # that of the file's name, and the end
    assert error.value.hint
