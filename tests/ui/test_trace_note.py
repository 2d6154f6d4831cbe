"""A sentence over the trace goes by itself, but not before it could be read, and not while it is true."""

from projector.ui.app import Application
from projector.ui.items.trace_frame import Viewport
from projector.ui.reading_time import NOTE_MS, REFUSAL_MS, reading_ms
from projector.ui.widgets.trace_note import STAYS


def test_a_note_fades_in_time_a_refusal_later_what_lasts_with_the_next_move(app: Application) -> None:
    window = app.window
    window.set_layout("label")
    app.workspace.show_ride(1)
    app.settle()
    window.trace.refresh()
    canvas = window.trace.canvas
    note = canvas._note
    bare = canvas.grab().toImage()
    window.commands.labels.split()
    assert "select an annotation first" in note.text or "click in the trace first" in note.text
    assert note._read.interval() == REFUSAL_MS
    refusals = {}
    for refused in (window.commands.review.yes, window.commands.similar.find, window.commands.labels.merge):
        refused()
        refusals[note.text] = note._read.interval()
    assert refusals == dict.fromkeys(refusals, REFUSAL_MS)
    assert len(refusals) == 3
    assert reading_ms("much to read " * 12) > REFUSAL_MS > NOTE_MS == reading_ms("done")
    canvas.note("merged with the next")
    assert note._read.interval() == NOTE_MS < REFUSAL_MS
    full = canvas.grab().toImage()
    note._read.timeout.emit()
    note._fade.setCurrentTime(note._fade.duration() // 2)
    half = canvas.grab().toImage()
    note._fade.setCurrentTime(note._fade.duration())
    assert note.text == ""
    gone = canvas.grab().toImage()
    assert gone == bare
    assert len({bytes(image.constBits()) for image in (bare, half, full)}) == 3
    canvas.note("new fall: click where it begins", STAYS)
    assert not note._read.isActive()
    view = canvas.scene.view
    canvas.set_view(Viewport(view.start_s, view.start_s + view.span_s / 2))
    assert note.text == ""
    window.docks["trace"].hide()
    window.commands.review.yes()
    assert window.statusBar().currentMessage() in refusals  # who doesn't see the trace is told, too
