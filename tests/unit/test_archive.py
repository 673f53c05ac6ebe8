"""Archives from strangers: each file is read or told; none is unpacked, none is lost."""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
from archives import notebook, overlapping, special, tarred, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reskit import archive, archive_tar, archive_zip
from reskit.archive import Archive
from reskit.archive_member import ArchiveError, Member

FILES = {"anna/ResNet50.ipynb": notebook("a = 1"), "ben/ResNet50.ipynb": notebook("b = 2")}
ENDINGS = ("zip", "tar", "tar.gz", "tar.bz2", "tar.xz")


def packed(path: Path) -> Path:
    """Write the two files into an archive of the kind that its name says."""
    return (zipped if path.suffix == ".zip" else tarred)(path, FILES)


def contents(path: Path) -> dict[str, bytes | str]:
    """Return what can be read of an archive: by name, the bytes or why there are none."""
    with Archive(path) as opened:
        return {each.name: each.problem or opened.read(each) for each in opened.members}


def problem(path: Path, name: str) -> str:
    """Return what is told of one file in an archive."""
    told = contents(path)[name]
    assert isinstance(told, str)
    return told


@pytest.mark.parametrize("ending", ENDINGS)
def test_files_come_out_as_they_went_in(tmp_path: Path, ending: str) -> None:
    """A sound archive gives its files, in whichever of the usual ways it was packed."""
    path = packed(tmp_path / f"class.{ending}")

    assert contents(path) == FILES


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_is_written_anywhere(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading leaves no file behind, and none that has a name while it lasts."""
    path = packed(tmp_path / f"class.{ending}")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.chdir(tmp_path)

    with Archive(path) as opened:
        while_open = list(scratch.iterdir())
        for member in opened.members:
            opened.read(member)

    assert (while_open, sorted(tmp_path.iterdir())) == ([], sorted([path, scratch]))


@pytest.mark.parametrize(
    "name", ["../anna.ipynb", "a/../../anna.ipynb", "/etc/anna.ipynb", "C:/anna.ipynb"]
)
@pytest.mark.parametrize("ending", ["zip", "tar"])
def test_name_that_leads_out_is_refused(tmp_path: Path, name: str, ending: str) -> None:
    """A name that would be written elsewhere is told, and the file is not taken."""
    files = {name: notebook(), "ben.ipynb": notebook("b")}
    path = (zipped if ending == "zip" else tarred)(tmp_path / f"class.{ending}", files)

    found = contents(path)

    assert "leads out of the archive" in str(found[name])
    assert found["ben.ipynb"] == notebook("b")


def test_backslashes_are_folders(tmp_path: Path) -> None:
    """Some programs on Windows write backslashes; "..\\\\" leads out all the same."""
    path = zipped(tmp_path / "class.zip", {"anna\\ResNet50.ipynb": b"{}", "..\\x.ipynb": b"{}"})

    found = contents(path)

    assert found["anna/ResNet50.ipynb"] == b"{}"
    assert "leads out" in str(found["../x.ipynb"])


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    """What is no file of its own is not read, wherever it points."""
    path = tarred(tmp_path / "class.tar", {"a": special("anna.ipynb", kind, "/etc/passwd")})

    assert "link or a device" in problem(path, "anna.ipynb")


def test_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    """A zip can hold a link too: its content would be the target."""
    path = tmp_path / "class.zip"
    info = zipfile.ZipInfo("anna.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(info, "/etc/passwd")

    assert "link or a device" in problem(path, "anna.ipynb")


@pytest.mark.parametrize(
    ("first", "second"),
    [("a.ipynb", "a.ipynb"), ("Anna.ipynb", "anna.ipynb"), ("\u00e9.ipynb", "e\u0301.ipynb")],
)
def test_second_file_of_one_name_is_told(
    tmp_path: Path, first: str, second: str, recwarn: pytest.WarningsRecorder
) -> None:
    """Two files of one name, or of names that some computers cannot tell: the second is told."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)  # zipfile warns of it too
        made.writestr(first, notebook("first"))
        made.writestr(second, notebook("second"))

    with Archive(path) as opened:
        one, two = opened.members
        data = opened.read(one)

    assert (one.problem, data) == (None, notebook("first"))
    assert "two files called" in str(two.problem)
    assert recwarn.list == []


def test_bomb_is_refused_without_being_unpacked(tmp_path: Path) -> None:
    """A file that would grow a thousandfold is not opened; its neighbour is."""
    path = zipped(tmp_path / "class.zip", {"bomb.ipynb": bytes(30 << 20), **FILES})

    found = contents(path)

    assert "as a bomb does" in str(found["bomb.ipynb"])
    assert found["ben/ResNet50.ipynb"] == FILES["ben/ResNet50.ipynb"]


def test_files_that_lie_over_each_other_are_refused(tmp_path: Path) -> None:
    """One piece of a file that counts as many is the bomb that needs no archive in an archive."""
    path = overlapping(tmp_path / "class.zip", ["a.ipynb", "b.ipynb", "c.ipynb"], notebook())

    assert ["lies over another" in str(each) for each in contents(path).values()] == [True] * 3


def test_large_file_is_refused(tmp_path: Path) -> None:
    """No file is read that is larger than a notebook may be."""
    path = tarred(tmp_path / "class.tar", {"a.ipynb": bytes(33 << 20)})

    assert "33 MiB" in problem(path, "a.ipynb")


def test_encrypted_and_unusual_files_are_refused(tmp_path: Path) -> None:
    """A password, or a method that may ask for gigabytes: each is told in its own words."""
    path = zipped(tmp_path / "class.zip", {"a.ipynb": b"x" * 100})
    data = bytearray(path.read_bytes())
    table = data.rindex(b"PK\1\2")
    data[table + 8] |= 1
    path.write_bytes(data)
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("a.ipynb", b"x")

    assert "encrypted" in problem(path, "a.ipynb")
    assert "unusual method" in problem(other, "a.ipynb")


def test_damaged_file_costs_its_own_student_alone(tmp_path: Path) -> None:
    """A byte that fell over in one file leaves the others readable."""
    path = zipped(tmp_path / "class.zip", {"a.ipynb": b"0123456789" * 9, "b.ipynb": b"fine"})
    data = bytearray(path.read_bytes())
    data[data.index(b"a.ipynb") + 12] ^= 0xFF
    path.write_bytes(data)

    with Archive(path) as opened:
        one, two = opened.members
        with pytest.raises(ArchiveError, match="damaged"):
            opened.read(one)

        assert opened.read(two) == b"fine"


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_tar_that_is_cut_off_gives_what_is_there(tmp_path: Path, ending: str) -> None:
    """Half an archive gives the files of its first half, and says that it is cut off."""
    files = {f"{number}.ipynb": os.urandom(5_000) for number in range(400)}
    path = tarred(tmp_path / f"class.{ending}", files)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])

    with Archive(path) as opened:
        count, told = len(opened.members), opened.ends_early
        data = opened.read(opened.members[0])

    assert (data, 100 < count < 400) == (files["0.ipynb"], True)
    assert "cut off" in str(told)


def test_tar_that_is_damaged_in_the_middle_says_so(tmp_path: Path) -> None:
    """A bad header looks like the end to tarfile; a class must not be halved in silence."""
    path = tarred(tmp_path / "class.tar", {"a.ipynb": b"1", "b.ipynb": b"2", "c.ipynb": b"3"})
    data = bytearray(path.read_bytes())
    data[1024:1100] = b"?" * 76
    path.write_bytes(data)

    with Archive(path) as opened:
        names, told = [each.name for each in opened.members], opened.ends_early

    assert names == ["a.ipynb"]
    assert "damaged" in str(told)


def test_zip_that_is_cut_off_is_told(tmp_path: Path) -> None:
    """A zip has its table of contents at its end; without it there is one sentence for all."""
    path = packed(tmp_path / "class.zip")
    path.write_bytes(path.read_bytes()[:-30])

    with pytest.raises(ArchiveError, match="cannot be read"):
        Archive(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_no_archive_is_told(tmp_path: Path, ending: str) -> None:
    """A text that is called class.zip is told, and so is an empty file."""
    path = tmp_path / f"class.{ending}"
    for data in (b"", b"hello" * 300, b"\x1f\x8b\x08", b"PK\5\6"):
        path.write_bytes(data)
        try:
            with Archive(path) as opened:
                assert opened.members == () and opened.ends_early
        except ArchiveError as error:
            assert str(error)


def test_link_to_an_archive_and_a_pipe_are_not_opened(tmp_path: Path) -> None:
    """What is named on the command line is a file, or it is told; nothing waits for a pipe."""
    (tmp_path / "link.zip").symlink_to(packed(tmp_path / "class.zip"))
    os.mkfifo(tmp_path / "pipe.zip")

    for name in ("link.zip", "pipe.zip", "absent.zip"):
        with pytest.raises(ArchiveError):
            Archive(tmp_path / name)


def test_limits_end_the_list_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a number of files, or a size of all together, the rest is told and not read."""
    path = packed(tmp_path / "class.zip")
    monkeypatch.setattr(archive, "MOST_MEMBERS", 1)
    with Archive(path) as opened:
        many = (len(opened.members), opened.ends_early)
    monkeypatch.setattr(archive, "LARGEST_WHOLE", 100)
    with Archive(path) as opened:
        large = (len(opened.members), opened.ends_early)

    assert many == (1, "The archive holds more than 1 files.")
    assert large == (0, "The archive unpacks to over 0 MiB.")


def test_long_table_of_contents_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of millions of names is not even read."""
    monkeypatch.setattr(archive_zip._Capped, "most", 80)

    with pytest.raises(ArchiveError, match="too long"):
        Archive(packed(tmp_path / "class.zip"))


def test_name_without_end_in_a_tar_is_refused(tmp_path: Path) -> None:
    """A header that asks for gigabytes of name is damage, and nothing is read."""
    path = tmp_path / "class.tar"
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 3 << 30
    path.write_bytes(header.tobuf() + bytes(4096))

    with pytest.raises(ArchiveError, match="damaged"):
        Archive(path)


def test_compressed_tar_is_unpacked_up_to_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few kilobytes that unpack without end stop at the limit."""
    monkeypatch.setattr(archive_tar, "LARGEST_WHOLE", 1 << 20)

    with pytest.raises(ArchiveError, match="unpacks to over 1 MiB"):
        Archive(tarred(tmp_path / "class.tar.gz", {"zeros.ipynb": bytes(4 << 20)}))


def test_names_in_utf8_are_read_without_their_flag(tmp_path: Path) -> None:
    """Some desks write names in UTF-8 and forget to say so."""
    path = zipped(tmp_path / "class.zip", {"Zoe.ipynb": b"{}"})
    path.write_bytes(path.read_bytes().replace(b"Zoe", "Zo\u00eb"[1:].encode()))

    assert [*contents(path)] == ["o\u00eb.ipynb"]


@settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(ENDINGS),
    st.lists(st.tuples(st.integers(0, 20_000), st.binary(max_size=6)), min_size=1, max_size=5),
    st.integers(0, 400),
)
def test_any_damage_gives_files_or_a_sentence(
    tmp_path: Path, ending: str, changes: list[tuple[int, bytes]], cut: int
) -> None:
    """Whatever happens to an archive: what is read is whole, what is not is told, nothing hangs."""
    folder = tmp_path / "only"
    folder.mkdir(exist_ok=True)
    path = packed(folder / f"class.{ending}")
    data = bytearray(path.read_bytes())
    for place, piece in changes:
        data[place % len(data) : place % len(data) + len(piece)] = piece
    path.write_bytes(bytes(data)[: max(1, len(data) - cut)])

    try:
        with Archive(path) as opened:
            for member in opened.members:
                assert isinstance(member, Member)
                if member.problem is None:
                    try:
                        assert len(opened.read(member)) == member.size
                    except ArchiveError as error:
                        assert str(error)
    except ArchiveError as error:
        assert str(error)
    path.unlink()
    assert list(folder.iterdir()) == []
