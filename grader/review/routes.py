"""What the page answers to each request: read what is asked, let the board do it, show what came of it.

A POST always ends in a redirect, so that going back or loading again repeats nothing.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, RedirectResponse, Response

from grader.authoring.amending import KINDS
from grader.review import pages
from grader.review.asked import address, own_path
from grader.review.pages import Shared, Visit
from grader.review.posted import UnclearFormError, read_decision, row_of, span_of
from grader.review.security import Notice, plain_name
from grader.review.work import PROPOSED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.model.errors import GraderError
    from grader.review.asked import Asked
    from grader.review.board import Board
    from grader.review.work import Kept, ListedAnswer, Work

_DECIDED_KEPT: Final = 500  # answers to which an undo leads back
_MOST_WORDS: Final = 2000  # characters of a comment


class Routes:
    """The handlers over one board. Each is called in a thread of its own; the board puts them in turn."""

    def __init__(self, board: Board, *, leaves: bool) -> None:
        self.board = board
        self.heading = board.progress().title
        self.leaves = leaves
        self._writing = Lock()
        self.gets: Mapping[str, Callable[[Asked], Response]] = {
            "/": self.queue,
            "/work/{key}": self.work,
            "/work/{key}/presence": self.presence,
            "/work/{key}/group": self.group,
            "/work/{key}/text": self.text,
            "/work/{key}/page": self.page,
            "/next": self.next,
            "/step": self.step,
            "/turn": self.turn,
            "/zeros": self.zeros,
            "/proposals": self.proposals,
            "/help": self.help,
        }
        self.posts: Mapping[str, Callable[[Asked], Response]] = {
            "/work/{key}/decide": self.decide,
            "/work/{key}/row": self.row,
            "/work/{key}/comment": self.comment,
            "/work/{key}/group": self.regroup,
            "/work/{key}/settle": self.settle,
            "/work/{key}/type": self.type_out,
            "/zeros": self.check_zero,
            "/undo": self.undo,
            "/task": self.task,
            "/share": self.share,
            "/proposals": self.withdraw,
            "/write": self.write,
            "/settings": self.settings,
        }

    # what is shown

    def visit(self, asked: Asked) -> Visit:
        """Return who looks, and what is to be said to them once."""
        said = asked.session.take_said()
        return Visit(self.heading, asked.session, said, asked.filter, leaves=self.leaves, place=asked.place)

    def queue(self, asked: Asked) -> Response:
        """Show how far the class is, and all answers."""
        listed = self._listed(asked)
        page = asked.query.get("page", "")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
        return HTMLResponse(
            pages.queue_page(
                self.visit(asked),
                self.board.progress(),
                listed,
                Shared(self.board.tasks(), self.board.shared()),
                page=number,
            )
        )

    def work(self, asked: Asked) -> Response:
        """Show one answer."""
        work = self.board.work(asked.key, asked.session.who)
        return HTMLResponse(pages.work_page(self.visit(asked), work))

    def presence(self, asked: Asked) -> Response:
        """Tell who else has an answer open, and whether it was decided since it was shown."""
        work = self.board.work(asked.key, asked.session.who)
        late = pages.latest(work.rows)
        people = {row.decided.who for row in work.rows if row.decided is not None and row.seen == late}
        seen = asked.query.get("seen", "")
        meanwhile = (
            f"{' and '.join(people)} has decided this meanwhile." if people and str(late) != seen else ""
        )
        return HTMLResponse(pages.presence_part(work, meanwhile))

    def group(self, asked: Asked) -> Response:
        """Show what one decision settles."""
        work = self.board.work(asked.key, asked.session.who)
        criterion = asked.query.get("criterion", "")
        row = next((row for row in work.rows if row.report.id == criterion), None)
        if row is None:
            raise KeyError(criterion)
        members = self.board.group(asked.key, criterion)
        others = self.board.others(asked.key, criterion)
        return HTMLResponse(pages.group_page(self.visit(asked), work, row, members, others))

    def text(self, asked: Asked) -> Response:
        """Show the whole hand-in, to choose the answer from."""
        work = self.board.work(asked.key, asked.session.who)
        trouble = ""
        document = self.board.document(asked.key)
        if self.board.rubric is None:
            trouble = "To judge an answer anew the rubric is needed: start `grader review` with --rubric."
        elif not document:
            trouble = "The hand-in holds no text to choose from."
        shown = document if not trouble else None
        return HTMLResponse(pages.text_page(self.visit(asked), work, shown, trouble))

    def page(self, asked: Asked) -> Response:
        """Show a page of the PDF that was handed in, as a picture."""
        number = asked.query.get("number", "")
        most = 4  # digits
        drawn = b""
        if number.isascii() and number.isdecimal() and len(number) <= most:
            drawn = self.board.page_picture(asked.key, int(number))
        if not drawn:
            raise KeyError(number)
        return Response(drawn, media_type="image/png")

    def proposals(self, asked: Asked) -> Response:
        """Show what the rubric is to learn, and how that is tried."""
        key = asked.query.get("key", "")
        back = address(f"/work/{key}", asked.filter) if key else ""
        return HTMLResponse(pages.proposals_page(self.visit(asked), self.board.proposed(), back))

    def zeros(self, asked: Asked) -> Response:
        """Show zeros for spot checks."""
        return HTMLResponse(pages.zeros_page(self.visit(asked), self.board.zeros(), self.board.agreement()))

    def help(self, asked: Asked) -> Response:
        """Show the keys."""
        return HTMLResponse(pages.help_page(self.visit(asked)))

    # from one answer to another

    def next(self, asked: Asked) -> Response:
        """Go to the next open answer."""
        return self._onward(asked, asked.query.get("after", ""))

    def step(self, asked: Asked) -> Response:
        """Go to the answer before or after, open or not."""
        back = asked.query.get("step") == "-1"
        keys = [item.key for item in self._listed(asked)]
        here = asked.query.get("key", "")
        at = keys.index(here) + (-1 if back else 1) if here in keys else 0
        if 0 <= at < len(keys):
            return RedirectResponse(address(f"/work/{keys[at]}", asked.filter), 303)
        asked.session.said = Notice("nothing", (f"This is the {'first' if back else 'last'} answer.",))
        return RedirectResponse(address(f"/work/{here}", asked.filter) if here in keys else "/", 303)

    def turn(self, asked: Asked) -> Response:
        """Go to the first answer of the question before or after, an open one if there is one."""
        work = self.board.work(asked.query.get("key", ""), asked.session.who)
        names = [share.name for share in self.board.progress().questions]
        here = names.index(work.question.id) if work.question.id in names else -1
        at = here + (-1 if asked.query.get("step") == "-1" else 1)
        kept = {name: value for name, value in asked.filter.items() if name != "question"}
        listed = self.board.listed(names[at]) if 0 <= at < len(names) else ()
        if not listed:
            asked.session.said = Notice("nothing", ("There is no further question.",))
            return RedirectResponse(address(f"/work/{work.key}", asked.filter), 303)
        item = next((item for item in listed if item.open_rows), listed[0])
        return RedirectResponse(address(f"/work/{item.key}", kept), 303)

    def _onward(self, asked: Asked, after: str) -> Response:
        """Go to the next open answer, or say that there is none."""
        key = self.board.next_key(
            asked.session.who, after, asked.filter.get("question", ""), flagged="flagged" in asked.filter
        )
        if key is not None:
            return RedirectResponse(address(f"/work/{key}", asked.filter), 303)
        if asked.session.said is None:
            asked.session.said = Notice("done", ("Nothing else is open here.",))
        return RedirectResponse(address("/", asked.filter), 303)

    def _listed(self, asked: Asked) -> Sequence[ListedAnswer]:
        """Return the answers that are gone through."""
        chosen = asked.filter
        who = asked.session.who if "mine" in chosen else ""
        return self.board.listed(chosen.get("question", ""), who, flagged="flagged" in chosen)

    # what is decided

    def decide(self, asked: Asked) -> Response:
        """Keep what is set, and go on."""
        session = asked.session
        work = self.board.work(asked.key, session.who)
        try:
            decision = read_decision(asked.form, work)
        except UnclearFormError as error:
            return self._again(asked, work, Notice("nothing", (str(error),)))
        if decision.says_nothing:
            if not work.is_open:
                return self._onward(asked, asked.key)
            return self._again(
                asked, work, Notice("nothing", ("Nothing is set yet; n goes to the next answer.",))
            )
        kept = self.board.decide(
            asked.key, decision.said, who=session.who, seen=decision.seen, why=decision.why
        )
        if kept.conflicts:
            kept_words = "Nothing of yours was kept; what you had set is set below. Keep it to overrule."
            return self._again(asked, work, Notice("conflict", (*kept.conflicts, kept_words)))
        if not kept.number:
            proposed = decision.said == PROPOSED
            words = (
                "Nothing is proposed for what is open here."
                if proposed
                else "Nothing is open here; set rows one by one."
            )
            return self._again(asked, work, Notice("nothing", (words,)))
        self._remember(asked, kept)
        said = f"{work.question.id}: {_rows(kept.rows)} decided"
        left = f"; {_rows(len(kept.left))} left open" if kept.left else ""
        session.said = Notice("done", (f"{said}{left}.",))
        if not work.place:  # a spot check
            return RedirectResponse("/zeros", 303)
        return self._onward(asked, asked.key)

    def row(self, asked: Asked) -> Response:
        """Flag an answer, split it off its group, or make a proposal for the rubric."""
        session, form = asked.session, asked.form
        work = self.board.work(asked.key, session.who)
        if "flag" in form:
            on = form["flag"] == "on"
            self.board.flag(asked.key, session.who, on=on)
            return self._again(asked, work, Notice("done", ("Flagged." if on else "No longer flagged.",)))
        if "split" in form:
            row = row_of(form, work, form["split"])
            self.board.split(asked.key, row.report.id, session.who)
            words = "Back in its group." if row.split else "Split off: this answer is decided by itself."
            return self._again(asked, work, Notice("done", (words,)))
        kind = next((kind for kind in KINDS if kind in form), "")
        row = row_of(form, work, form.get(kind, ""))
        words = form.get(f"words.{form[kind]}", "").strip()
        if not words:
            return self._again(
                asked, work, Notice("nothing", ("Say the words of the answer that it is about.",))
            )
        self.board.propose(asked.key, row.report.id, kind, words, session.who)
        return RedirectResponse(address("/proposals", {"key": asked.key, **asked.filter}), 303)

    def comment(self, asked: Asked) -> Response:
        """Leave words for a colleague."""
        work = self.board.work(asked.key, asked.session.who)
        words = asked.form.get("words", "").strip()[:_MOST_WORDS]
        if words:
            self.board.comment(asked.key, asked.session.who, words)
        return self._again(asked, work, Notice("done", ("Notice.",) if words else ("Nothing was said.",)))

    def regroup(self, asked: Asked) -> Response:
        """Split an answer off its group, or merge another one into it."""
        form, session = asked.form, asked.session
        criterion = form.get("criterion", "")
        if "split" in form:
            self.board.split(form["split"], criterion, session.who)
            session.said = Notice("done", ("Split off: it is decided by itself.",))
        else:
            self.board.merge(form.get("merge", ""), criterion, asked.key, session.who)
            session.said = Notice("done", ("Merged: one decision settles both.",))
        return RedirectResponse(
            address(f"/work/{asked.key}/group", {"criterion": criterion, **asked.filter}), 303
        )

    def settle(self, asked: Asked) -> Response:
        """Judge the stretch of the hand-in that a person chose."""
        try:
            start, end = span_of(asked.form, self.board.document(asked.key))
        except UnclearFormError as error:
            asked.session.said = Notice("nothing", (str(error),))
            return RedirectResponse(address(f"/work/{asked.key}/text", asked.filter), 303)
        return self._judged(asked, self.board.settle(asked.key, start, end, asked.session.who))

    def type_out(self, asked: Asked) -> Response:
        """Judge what a person typed off a picture."""
        typed = asked.form.get("text", "").replace("\r\n", "\n")
        if not typed.strip():
            asked.session.said = Notice("nothing", ("Nothing was typed.",))
            return RedirectResponse(address(f"/work/{asked.key}/text", asked.filter), 303)
        return self._judged(asked, self.board.type_out(asked.key, typed, asked.session.who))

    def _judged(self, asked: Asked, kept: Kept) -> Response:
        self._remember(asked, kept)
        left = f"; {_rows(len(kept.left))} left for you" if kept.left else ""
        asked.session.said = Notice("done", (f"Judged anew: {_rows(kept.rows)} decided{left}.",))
        return RedirectResponse(asked.work_address(), 303)

    def check_zero(self, asked: Asked) -> Response:
        """Keep that a zero is right, or show the answer, to decide it."""
        key, agrees = asked.form.get("key", ""), asked.form.get("agrees") == "yes"
        kept = self.board.check_zero(key, asked.form.get("criterion", ""), asked.session.who, agrees=agrees)
        if not agrees:
            return RedirectResponse(f"/work/{key}", 303)
        self._remember(asked, kept, "/zeros")
        asked.session.said = Notice("done", ("Agreed: nothing.",))
        return RedirectResponse("/zeros", 303)

    def undo(self, asked: Asked) -> Response:
        """Take this person's last decision back, and show where it was made."""
        undone = self.board.undo(asked.session.who)
        asked.session.said = Notice("done" if undone else "nothing", (undone or "There is nothing to undo.",))
        back = own_path(asked.form.get("back", ""))
        return RedirectResponse(
            asked.session.decided.pop() if undone and asked.session.decided else back, 303
        )

    # everything else

    def task(self, asked: Asked) -> Response:
        """Make a question somebody's work."""
        who = plain_name(asked.form.get("who", ""))
        self.board.task(asked.form.get("question", ""), who, by=asked.session.who)
        return RedirectResponse(own_path(asked.form.get("back", "")), 303)

    def share(self, asked: Asked) -> Response:
        """Share the students out among people, among nobody where none is named."""
        people = filter(None, map(plain_name, asked.form.get("people", "").split(",")))
        self.board.share_out(tuple(dict.fromkeys(people)), by=asked.session.who)
        return RedirectResponse(own_path(asked.form.get("back", "")), 303)

    def withdraw(self, asked: Asked) -> Response:
        """Take a proposal for the rubric back."""
        number = asked.form.get("withdraw", "")
        if not (number.isascii() and number.isdecimal() and len(number) < 16):
            raise KeyError(number)
        self.board.withdraw(int(number), asked.session.who)
        return RedirectResponse(own_path(asked.form.get("back", "")), 303)

    def write(self, asked: Asked) -> Response:
        """Write the reports that decisions have changed."""
        with self._writing:
            count = self.board.write()
        what = (
            "No report had to be written again"
            if not count
            else f"{count} {_plural(count, 'student')}’ reports"
        )
        written = f"{what} {'are' if count else ''} written to {self.board.out}." if count else f"{what}."
        asked.session.said = Notice("done", (written,))
        return RedirectResponse("/", 303)

    def settings(self, asked: Asked) -> Response:
        """Show or hide names, turn keys on or off, or call oneself otherwise."""
        form, session = asked.form, asked.session
        if "names" in form:
            session.names = form["names"] == "on"
        if "keys" in form:
            session.keys = form["keys"] == "on"
        session.who = plain_name(form.get("who", "")) or session.who
        return RedirectResponse(own_path(form.get("back", "")), 303)

    def refused(self, asked: Asked, error: GraderError) -> Response:
        """Say why nothing was done, where it was asked for."""
        words = tuple(str(problem) for problem in error.problems)
        if not asked.form:
            return HTMLResponse(pages.message_page(self.visit(asked), "This cannot be shown", words), 500)
        asked.session.said = Notice("nothing", words)
        return RedirectResponse(asked.work_address() if asked.key else "/", 303)

    def _remember(self, asked: Asked, kept: Kept, where: str = "") -> None:
        if kept.number:
            asked.session.decided.append(where or asked.work_address())
            del asked.session.decided[:-_DECIDED_KEPT]

    def _again(self, asked: Asked, work: Work, said: Notice) -> Response:
        """Show the answer again, set as it was set."""
        try:
            decision = read_decision(asked.form, work)
        except UnclearFormError:
            decision = None
        if decision is not None and decision.chosen:
            said.key, said.chosen, said.written = work.key, decision.chosen, decision.written
        asked.session.said = said
        return RedirectResponse(asked.work_address(), 303)


def _rows(count: int) -> str:
    return f"{count} {_plural(count, 'row')}"


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
