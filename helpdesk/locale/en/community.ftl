# Community events, loans and needs.

event-no-dates = no dates yet
event-no-place = no place yet
event-no-kind = no kind yet
event-online = online, { $place }
event-online-only = online
event-task = #{ $number } { $what } (by { $due })
event-task-claimed = #{ $number } { $what } (by { $due }, { $name })
claimed-task = #{ $number } is yours: { $text } · { $prefix }resolve { $number } when it is done; { $prefix }release { $number } gives it back.
task-has-no-asker = #{ $number } is a task: nobody waits for an answer. { $prefix }note { $number } … keeps it, { $prefix }resolve { $number } ends it.
event-and = { $one }, { $rest }
event-more = { $row } … and { $count } more
event-late = **Overdue:** { $tasks }
event-soon = Due soon: { $tasks }
event-open = To do: { $tasks }
event-both = { $one } · { $other }
event-done = { $done } of { $count } done.
event-state-planned = planned
event-state-near = about to begin
event-state-running = on now
event-state-over = over
event-state-cancelled = cancelled
event-about = **{ $title }** (#{ $number }, { $tag }) is { $state }: { $kind }, { $when }, { $place }. Contact: { $contact }
event-line-planned = #{ $number } **{ $title }**: { $when }, { $place }
event-line-near = #{ $number } **{ $title }** begins soon: { $when }, { $place }
event-line-running = #{ $number } **{ $title }** is on now: { $when }, { $place }
event-list-empty = No events are planned. A volunteer adds one: { $prefix }event new TITLE · kind · place · dates
event-list-more = … and { $count } more.
event-none = There is no event { $which }. { $prefix }event lists those there are; begin with its number.
event-not-yours = Event #{ $number } is { $contact }’s and the leads’ to change.
event-closed = Event #{ $number } is over or cancelled.
event-made = Event #{ $number } is noted: **{ $title }**, { $when }, { $place }. { $tasks ->
        [0] No tasks yet.
        [one] One task.
       *[other] { $tasks } tasks from its check-list.
    } Its tag: { $tag }
event-told = { $name } made event #{ $number }: **{ $title }**, { $when }, { $place }. { $tasks ->
        [0] No tasks yet.
        [one] One task.
       *[other] { $tasks } tasks.
    } See { $prefix }event { $number }
event-missing = Still missing: { $first }{ $others ->
        [0] {""}
       *[other] {" "}(and { $others } more)
    }. Say { $prefix }event set { $number } { $field } { $example }
event-missing-kind = Still missing: { $first }{ $others ->
        [0] {""}
       *[other] {" "}(and { $others } more)
    }. Say { $prefix }event set { $number } kind { $example } (there is: { $kinds })
event-field-dates = when it is
event-field-kind = what kind it is
event-field-place = where it is (or: online)
event-field-people = how many people come
event-kinds = I have no check-list of that kind. There is: { $kinds }
event-set = Event #{ $number }: { $field } is now { $value }.{ $tasks ->
        [0] {""}
        [one] {" "}One task was made.
       *[other] {" "}{ $tasks } tasks were made.
    }
event-moved = Event #{ $number } **{ $title }** was moved: { $when }. Its tasks moved along.
event-past = That is in the past.
event-bad-date = { $said } is no date. Write it as 2027-02-06 10:00 to 18:00 Europe/Brussels
event-bad-time = { $said } is no time of day. Write it as 2027-02-06 10:00 to 18:00
event-bad-zone = { $said } is no time zone I know. Write one such as Europe/Brussels or UTC.
event-ends-before = It would end before it begins: { $said }
event-tag-taken = { $tag } is taken, or no tag. Use a few letters and digits.
event-cancelled = { $name } cancelled event #{ $number }: **{ $title }**, { $when }. Its open tasks are cancelled too.
event-cancelled-why = { $name } cancelled event #{ $number }: **{ $title }**, { $when }: { $why }. Its open tasks are cancelled too.
event-room = { $room } is a room of #{ $number } { $title }: from a day before until its end, what is asked there is the event’s.
event-room-helpers = { $room } is where the helpers of #{ $number } { $title } work on its tickets, from a day before until its end.
event-room-off = { $room } is no room of #{ $number } { $title } any more.
event-room-where = Say that in the room, or name it: { $prefix }event room { $number } NETWORK:ROOM
event-room-unknown = { $room }: write NETWORK:ROOM with a configured network ({ $networks }).
event-room-volunteers = { $room } is a volunteers’ room already: the event’s tickets come there anyhow while it has no helpers’ room of its own.
event-not-startable = Event #{ $number } runs already, or is over.
event-not-running = Event #{ $number } isn’t on.
event-begun = Event #{ $number } **{ $title }** is on now.
event-over = Event #{ $number } is over. A day from now there is a digest; { $prefix }event digest { $number } shows it at once.
event-started = **{ $title }** begins. Are you there? Say { $prefix }here { $tag }
event-started-here = **{ $title }** begins! Anything not working? Ask me: “{ $desk }: the sound in the hall is gone”.
event-ended = **{ $title }** is over. { $waiting ->
        [0] No question is open
        [one] One question is open
       *[other] { $waiting } questions are open
    }, { $todo ->
        [0] nothing is left to do.
        [one] one task is left.
       *[other] { $todo } tasks are left.
    } Thank you all!
event-remind = #{ $number } **{ $title }** ({ $when }), nobody has taken: { $tasks }
event-remind-you = You have for #{ $number } **{ $title }**: { $tasks }
event-roster = At { $title } now: { $names }
event-roster-empty = Nobody said that they are at { $title }. Say { $prefix }here { $number } when you are.
event-noted = Noted for { $title } ({ $count }).
event-notes-full = There are too many notes of event #{ $number }. Make an article of them: { $prefix }event notes { $number }
event-draft = The draft of the article is written: { $path }
event-draft-page = The draft of the article: { $url }
event-draft-nowhere = There is no folder of articles I may write to, and no website to show it on.
digest = **{ $title }**, afterwards: { $asked ->
        [0] nothing was asked in public
        [one] one question was asked in public
       *[other] { $asked } questions were asked in public
    }{ $asked ->
        [0] .
       *[other] , I answered { $answered }; { $tickets ->
            [0] none went to people.
           *[other] { $tickets } went to people, { $first }; { $people } helped, { $waiting } still open.
        }
    }
    { $gaps }
    { $loans } { $notes ->
        [0] No notes were taken.
        [one] One note was taken.
       *[other] { $notes } notes were taken.
    } { $prefix }event notes { $number } makes an article’s draft of all this.
digest-first = the first answer came after { $minutes ->
        [one] a minute
       *[other] { $minutes } minutes
    } (median)
digest-no-first = none answered yet
digest-gaps = No article answers: { $questions }
digest-no-gaps = Articles answered all of them.
digest-unsure = Of what I was not sure of, nobody asked a person.
digest-no-questions = We know of no article that is missing.
digest-loans = Not back yet: { $things }.
digest-no-loans = All that was lent is back.
here-on = You are on duty at { $title }. Thank you! { $prefix }here off when you leave.
here-on-at = You are on duty at { $title }, { $place }. Thank you! { $prefix }here off when you leave.
here-off = You are off duty. Thank you for being there!
here-not = You were on duty nowhere.
here-none = No event is on, or begins within a day.
here-which = Which one? Say { $prefix }here and one of: { $tags }

loan-line = #{ $number } { $what }: with { $who } until { $due }
loan-line-late = #{ $number } { $what }: with { $who }, was **due back { $due }**
loan-made = Lent: { $loan }. I’ll remind you both. { $prefix }loan return { $number } when it is back.
loan-made-unknown = Lent: { $loan }. I don’t know them on any network, so I’ll remind you only. { $prefix }loan return { $number } when it is back.
loan-past = That is in the past: until when does it stay with them?
loan-none = There is no loan { $number }. { $prefix }loan list shows them.
loan-back = #{ $number } { $what } is back from { $who }.
loan-back-already = #{ $number } { $what } is back already.
loan-list-empty = Nothing is lent.
loan-list-more = … and { $count } more.
loan-remind-lender = Lent by you: { $loan }. { $prefix }loan return { $number } when it is back.
loan-remind-borrower = You have something of ours: { $loan }. Please bring it back, or say so when you need it longer.

need-noted = Noted as need { $number }; the leads read it. You’ll hear what becomes of it.
need-limit = You told me { $count } needs today; please tell me more tomorrow.
need-where = Say that in a room or in a direct message: I answer there.
need-answer = You needed: “{ $need }”. { $answer }
need-answer-several = { $names } needed: “{ $need }”. { $answer }
need-taken-article = You needed: “{ $need }”. We write an article about it (#{ $number }).
need-taken-article-several = { $names } needed: “{ $need }”. We write an article about it (#{ $number }).
need-taken-task = You needed: “{ $need }”. We have taken it on (#{ $number }).
need-taken-task-several = { $names } needed: “{ $need }”. We have taken it on (#{ $number }).
need-taken-form = You needed: “{ $need }”. You can have that ({ $title }): I ask you directly what it takes.
need-taken-form-several = { $names } needed: “{ $need }”. You can have that ({ $title }): I ask each of you directly what it takes.
need-taken-request = You needed: “{ $need }”. You can ask for that ({ $title }): say { $command }
need-taken-request-several = { $names } needed: “{ $need }”. You can ask for that ({ $title }): say { $command }
needs-empty = Nobody has told me a need that is still open.
needs-line = { $number }) { $count ->
        [one] one person
       *[other] { $count } people
    }: { $text }
needs-line-private = { $number }) { $count ->
        [one] one person
       *[other] { $count } people
    }, said in private: ask me in a direct message.
needs-more = … and { $count } more.
needs-said = { $number }) { $name }: { $text }
needs-hidden = { $count } of them said in private: ask me in a direct message.
needs-none = There is no need { $number }. { $prefix }needs lists them.
needs-done-answered = Need { $number } was answered: { $answer }
needs-done-taken = Need { $number } was taken on already.
needs-answered = Answered need { $number }{ $count ->
        [one] {""}
       *[other] {" "}and those like it, { $count } in all
    }.
needs-taken = Need { $number } is #{ $ticket } now{ $count ->
        [one] {""}
       *[other] , with those like it, { $count } in all
    }; they are told.
needs-asked = Need { $number }{ $count ->
        [one] {""}
       *[other] , with those like it, { $count } in all,
    } can be asked for with request { $item }; they are told how.
needs-items = Name what it is: { $items }

usage-event = { $prefix }event · { $prefix }event new TITLE · kind · place or online · dates · 40 people · contact NAME · { $prefix }event N · { $prefix }event set N FIELD value · { $prefix }event [room|start|end|cancel|roster|note|notes|digest] N
help-event = Shows and makes community events. Fields: title, kind, place, online, dates, zone, people, contact, tag.
usage-here = { $prefix }here [event] [where] · { $prefix }here off
help-here = Says that you are on duty at an event that is on, until it ends or you leave.
usage-loan = { $prefix }loan WHAT to WHO until DATE [event N] · { $prefix }loan return N · { $prefix }loan list
help-loan = Keeps what is lent: what, to whom, until when. Both are reminded. Of a ticket: { $prefix }loan #12 WHAT to …
usage-need = { $prefix }need what you need from us
help-need = Tells the leads what you need from the SIG; they answer, or take it on.
usage-needs = { $prefix }needs [N] · { $prefix }needs answer N words · { $prefix }needs article N · { $prefix }needs task N [words] · { $prefix }needs request N ITEM
help-needs = Shows what people need, grouped by likeness, and answers them or takes it on for all of a group.
