# Tickets that are one thing, incidents, and the tools to answer with.

## Merging

merged = #{ $number } goes on in #{ $into }: its asker hears what is answered there. { $prefix }unmerge { $number } takes it back.
merged-elsewhere = { $name } joined #{ $number } with #{ $into }: it goes on there.
merged-freed = #{ $number } was part of #{ $into }, whose asker took theirs back. #{ $number } stands by itself again.
unmerged = #{ $number } stands by itself again; it was part of #{ $into }.
not-merged = #{ $number } is not part of another ticket.
merge-itself = That is the same ticket twice: #{ $number }.
merge-task = A task has no asker who waits for an answer, so #{ $number } and #{ $into } stay apart.
merge-incident = #{ $number } is an incident, which gathers others and is not joined with one.
merge-private = #{ $into } was asked in private and #{ $number } was not. Join them the other way round: { $prefix }merge { $into } into { $number }.
ticket-merged = #{ $number } is part of #{ $into } now; say it with #{ $into }.
linked = Noted on both: #{ $number } is about the same as #{ $into }. { $prefix }merge { $number } into { $into } would make them one.
asker-merged = Somebody else asked the same as your #{ $number }: the volunteers answer both together, and you hear it here. { $prefix }status { $number } shows how it is.
asker-solved = Somebody who asked the same says that it is solved, so your ticket #{ $number } is closed too. If it isn’t for you, say { $prefix }no { $number }.
change-merged = joined
change-unmerged = taken apart
change-linked = about the same
change-gathered = incident
change-edited = the asker changed their words
web-change-merged = joined
web-change-unmerged = taken apart
web-change-linked = about the same
web-change-gathered = incident
web-change-edited = the asker changed their words
usage-merge = { $prefix }merge N into M
help-merge = Makes two tickets one: N goes on in M. Both askers hear what is answered, each where they asked.
usage-unmerge = { $prefix }unmerge N
help-unmerge = Takes a merged ticket apart again: it is open, or with whoever has the other one.
usage-duplicate = { $prefix }duplicate N of M
help-duplicate = Notes on both tickets that they are about the same; each goes its own way.

## Incidents

incident-opened =
    { "" }**#{ $number } Incident: { $title }** ({ $name })
    { $prefix }incident { $number } says … is what askers are told meanwhile; { $prefix }incident { $number } add 12 13 gathers tickets.
incident-yours = Incident #{ $number } is yours. { $prefix }answer { $number } … tells all its askers, { $prefix }resolve { $number } ends it for all.
incident-made = #{ $number } is an incident now. { $prefix }incident { $number } says … is what askers are told meanwhile; { $prefix }incident { $number } add 12 13 gathers tickets.
incident-made-elsewhere = { $name } made #{ $number } an incident.
incident-titled = Incident #{ $number } has the new title.
incident-needs-title = #{ $number } was asked in private: begin an incident with a title that anybody may read, { $prefix }incident new TITLE, and add it.
incident-private = #{ $number } was asked in private and can’t be one itself. Say { $prefix }incident new TITLE, and add #{ $number } to that.
incident-is-none = #{ $number } is not an incident.
incident-gathered-already = #{ $number } belongs to incident #{ $incident }.
incident-not-gathered = #{ $number } does not belong to incident #{ $incident }.
incident-nothing-added = Incident #{ $number } has these already.
incident-added = Incident #{ $number } gathers { $numbers } now; their askers were told.
incident-added-elsewhere = { $name } added { $numbers } to incident #{ $number }.
incident-removed = { $numbers }: no longer of incident #{ $number }, and open again.
incident-says = Whoever asks the same as #{ $number } is told: { $text }
incident-says-elsewhere = { $name }, of incident #{ $number }: { $text }
incident-none = Nothing is broken for many just now. Enjoy it!
incident-line = **#{ $number }** { $title }, { $count ->
    [one] one ticket
   *[other] { $count } tickets
  }: { $notice }
incident-line-silent = **#{ $number }** { $title }, { $count ->
    [one] one ticket
   *[other] { $count } tickets
  }
incident-joined = #{ $incident }: { $name } asks the same (#{ $number }): { $text }
incident-joined-private = #{ $incident }: somebody asks the same in private (#{ $number }).
incident-notice =
    We know of this: **{ $title }.** { $notice }
    Your question is noted as **#{ $number }**; you’ll hear here when it is over. Something else? { $prefix }human
incident-notice-silent =
    We know of this and are working on it: **{ $title }.**
    Your question is noted as **#{ $number }**; you’ll hear here when it is over. Something else? { $prefix }human
incident-notice-only = We know of this: **{ $title }.** { $notice }
incident-notice-only-silent = We know of this and are working on it: **{ $title }.**
incident-again = Still so: **{ $title }.** { $notice } You’ll hear when it is over (#{ $number }).
incident-again-silent = We are still working on it: **{ $title }.** You’ll hear when it is over (#{ $number }).
incident-asker = Your #{ $number } is part of something bigger: **{ $title }.** { $notice } You’ll hear here when it is over.
incident-asker-silent = Your #{ $number } is part of something bigger that we are working on: **{ $title }.** You’ll hear here when it is over.
incident-apart = Sorry, then I took you wrong. A person looks at #{ $number } by itself.
usage-incident = { $prefix }incident new TITLE · { $prefix }incident N · { $prefix }incident N add 12 13 · { $prefix }incident N remove 12 · { $prefix }incident N says LINE · { $prefix }incident list
help-incident = Something is broken for many: an incident gathers their tickets, one answer goes to all of them, and whoever asks the same meanwhile is told its line.

## Words that are written already

replies = Canned replies: { $names }. { $prefix }reply N NAME sends one; what you write behind the name comes with it.
replies-none = There are no canned replies yet: they are articles for volunteers with the tag “reply”.
reply-near = There is no canned reply { $name }. Did you mean { $names }?
reply-unknown = There is no canned reply { $name }. { $prefix }reply lists them.
reply-wants-link = “{ $name }” names an article: { $prefix }reply { $number } { $name } ARTICLE, or an address.
reply-unfilled = “{ $name }” has { $place } in it, which I can’t fill. It was not sent; the article needs mending.
usage-reply = { $prefix }reply N NAME · { $prefix }reply N … · { $prefix }reply
help-reply = Sends a canned reply, filled in, as your answer. Other words are sent as they are; alone it lists the replies.
cite-near = There is no article { $name }. Did you mean { $names }?
cite-unknown = There is no article { $name } that everybody may read. { $prefix }search … finds one.
usage-cite = { $prefix }cite N ARTICLE
help-cite = Answers with an article’s summary and address. ARTICLE is the end of its address, such as request-a-list.

## Finding

find-line = **#{ $number }** ({ $topic }) { $state }: { $text }
find-none = No ticket holds “{ $query }”.
find-more = … and more: add a word, or status:open, tag:…, asker:me, claimant:me.
usage-find = { $prefix }find WORDS
help-find = Searches the tickets, newest first: words, "a phrase", -not, begin*, tag:…, lang:…, status:…, queue:…, asker:…, claimant:me. Who is not a volunteer finds articles.

## Words that are changed or taken back

asker-edited = **#{ $number }**, { $name } changed what they wrote: { $text }
asker-edited-private = The asker of #{ $number } changed what they wrote.
asker-took-back = { $name } took back words of #{ $number }. They are gone from the ticket; where they still stand in a room (IRC can’t take anything back), please don’t repeat them.
asker-took-back-private = Words of #{ $number } were taken back; they are gone from the ticket.

## An asker's context

context-head = #{ $number }: { $name } on { $network } ({ $kind }), { $known }, speaks { $lang }.
context-known = logged in
context-guest = a guest
context-offered = The desk offered: { $titles }. { $verdict }
context-offered-none = The desk had nothing to offer.
context-straight = They asked for a person straight away.
context-verdict-none = They said nothing of it.
context-verdict-helped = They said it helped.
context-verdict-not-helped = They said it did not help.
context-verdict-human = They wanted a person.
context-past = Before: #{ $number } ({ $topic }) { $state }: { $text }
context-before = They asked before: { $numbers } ({ $prefix }context { $number } shows more)
context-private = #{ $number } was asked in private. { $prefix }claim { $number } it, then ask me directly for its context.
usage-context = { $prefix }context N
help-context = Shows what the desk offered the asker of N and what they said of it, where they ask from, and their other tickets.

files-wait = I keep that with your question: if it becomes a ticket, the volunteers see it.
