"""HDF5 made to do harm: nothing outside the file is read, nothing huge is made, no filter is looked for."""

import os
import sys

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t, h5z

from projector.domain.errors import LibraryError
from projector.library import met
from projector.library.library import Library
from projector.library.writer import write_library
from tests.library.damage import everything
from tests.library.made_rides import primary, rides

SAMPLES = "rides/ride_0/streams/phone/samples"


def replant(file, make):
    """Replaces a ride's samples, the attribute beside them kept."""
    about = file[SAMPLES].attrs["about"]
    del file[SAMPLES]
    make()
    file[SAMPLES].attrs["about"] = about


def external_link(file, other):
    del file["rides/ride_0"]
    file["rides/ride_0"] = h5py.ExternalLink(other, "/rides/ride_0")


def external_link_deep(file, other):
    del file[SAMPLES]
    file[SAMPLES] = h5py.ExternalLink(other, SAMPLES)


def external_table(file, other):
    del file["table"]
    file["table"] = h5py.ExternalLink(other, "/table")


def soft_link(file, other):
    file["elsewhere"] = h5py.SoftLink("/rides/ride_0")
    file.move("rides/ride_0", "kept")
    file["rides/ride_0"] = h5py.SoftLink("/kept")


def external_storage(file, other):
    secret = os.path.join(os.path.dirname(other), "secret")
    primary().samples.tofile(secret)
    replant(
        file,
        lambda: file.create_dataset(SAMPLES, (200, 3), "<f4", external=[(secret, 0, h5py.h5f.UNLIMITED)]),
    )


def virtual_dataset(file, other):
    mapped = h5py.VirtualLayout((200, 3), "<f4")
    mapped[:] = h5py.VirtualSource(other, SAMPLES, (200, 3))
    replant(file, lambda: file.create_virtual_dataset(SAMPLES, mapped))


def huge_promise(file, other):
    replant(
        file,
        lambda: file.create_dataset(SAMPLES, (10**12, 3), "<f4", chunks=(1000, 3), fletcher32=True),
    )


def promise_of_the_right_shape(file, other):
    replant(file, lambda: file.create_dataset(SAMPLES, (200, 3), "<f4", chunks=(200, 3), fletcher32=True))


def huge_table(file, other):
    del file["table/number"]
    file["table"].create_dataset("number", (10**13,), "<i8", chunks=(100,), fletcher32=True)


def unknown_filter(file, other):
    def make():
        properties = h5p.create(h5p.DATASET_CREATE)
        properties.set_chunk((200, 3))
        properties.set_filter(32_000, h5z.FLAG_OPTIONAL, ())
        space = h5s.create_simple((200, 3))
        h5d.create(file.id, SAMPLES.encode(), h5t.IEEE_F32LE, space, properties)
        file[SAMPLES][:] = primary().samples

    replant(file, make)


def compressed(file, other):
    replant(file, lambda: file.create_dataset(SAMPLES, data=primary().samples, compression="gzip"))


def no_checksum(file, other):
    replant(file, lambda: file.create_dataset(SAMPLES, data=primary().samples))


def another_type(file, other):
    samples = primary().samples.astype(np.float64)
    replant(file, lambda: file.create_dataset(SAMPLES, data=samples, chunks=True, fletcher32=True))


def strings_that_point_away(file, other):
    text = h5py.string_dtype()
    replant(file, lambda: file.create_dataset(SAMPLES, (200, 3), text))


def group_for_samples(file, other):
    replant(file, lambda: file.create_group(SAMPLES))


def missing_ride(file, other):
    del file["rides/ride_0"]


def endless_text_attribute(file, other):
    file.attrs["format"] = "projector library"  # variable length: its bytes lie behind a pointer


def swapped_rides(file, other):
    file.move("rides/ride_0", "a")
    file.move("rides/ride_1", "rides/ride_0")
    file.move("a", "rides/ride_1")


def false_overview(file, other):
    group = file.create_group("rides/ride_0/streams/phone/overview")
    group["0"] = h5py.ExternalLink(other, SAMPLES)


PLANTS = {
    external_link: "ride_0 is a link out of its place",
    external_link_deep: "samples is a link out of its place",
    external_table: "table is a link out of its place",
    soft_link: "ride_0 is a link out of its place",
    external_storage: "samples is not stored in this file",
    virtual_dataset: "samples is not stored in this file",
    huge_promise: "samples has shape",
    promise_of_the_right_shape: "samples claims to be larger than what is stored",
    huge_table: "number claims to be larger than what is stored",
    unknown_filter: "a filter that libraries don't use",
    compressed: "a filter that libraries don't use",
    no_checksum: "samples is not stored in this file as",
    another_type: "samples has another type",
    strings_that_point_away: "samples has another type",
    group_for_samples: "damaged",
    missing_ride: "damaged",
    endless_text_attribute: "attribute format is not a text",
    swapped_rides: "its samples are not those that were imported",
}


def planted(folder, plant):
    """A library with one thing wrong; `other` beside it has the same rides for the plant to point to."""
    path, other = folder / "rides.h5", folder / "other.h5"
    write_library(other, rides(2))
    write_library(path, rides(2))
    with h5py.File(path, "r+", libver=("v110", "v110")) as file:
        plant(file, str(other))
    return path


@pytest.mark.parametrize(
    ("plant", "words"), [pytest.param(*item, id=item[0].__name__) for item in PLANTS.items()]
)
def test_a_planted_file_is_refused_before_anything_of_it_is_used(tmp_path, plant, words):
    with pytest.raises(LibraryError, match=words):
        everything(planted(tmp_path, plant))


def test_an_overview_that_a_ride_should_not_have_is_never_opened(tmp_path):
    path = planted(tmp_path, false_overview)
    os.remove(tmp_path / "other.h5")
    everything(path)  # the ride is too short for levels, so nobody asks for them


def test_a_file_never_met_is_probed_by_a_child_once(tmp_path, monkeypatch):
    write_library(tmp_path / "rides.h5", rides(2))
    copy = tmp_path / "copy.h5"
    copy.write_bytes((tmp_path / "rides.h5").read_bytes())
    assert met.known(tmp_path / "rides.h5")
    assert not met.known(copy)
    with Library.open(copy) as library:
        assert len(library) == 2
    assert met.known(copy)
    monkeypatch.setattr(met, "probe", lambda path: pytest.fail("it was probed twice"))
    Library.open(copy).close()
    os.utime(copy, ns=(1, 1))
    assert not met.known(copy)


def test_what_the_child_refuses_nobody_opens(tmp_path):
    with pytest.raises(LibraryError, match="a filter that libraries don't use"):
        Library.open(planted(tmp_path, unknown_filter))


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for the child")
def test_a_file_that_ends_the_process_that_reads_it_is_an_error_here(tmp_path, monkeypatch):
    write_library(tmp_path / "rides.h5", rides(1))
    os.utime(tmp_path / "rides.h5", ns=(1, 1))
    dying = tmp_path / "dying"
    dying.write_text("#!/bin/sh\nkill -SEGV $$\n")
    dying.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(dying))
    with pytest.raises(LibraryError, match="ends the process that reads it"):
        Library.open(tmp_path / "rides.h5")


def test_where_the_list_of_met_files_cannot_be_kept_files_open_all_the_same(tmp_path, home, monkeypatch):
    monkeypatch.setattr(met, "_by_this_process", set())
    (home / "cache").write_text("a file where a folder should be")
    write_library(tmp_path / "rides.h5", rides(1))
    Library.open(tmp_path / "rides.h5").close()
