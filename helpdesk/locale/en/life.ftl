# The ticket's life: what askers may expect, claims that run out, who is told when a word is missing.

## To the asker

ticket-opened-and =
    { $opened }
    { $expects }
and = { $one } { $other }
place-next = You are next.
place = { $before ->
    [one] One ticket is before yours.
   *[other] { $before } tickets are before yours.
  }
place-many = More than { $count } tickets are before yours.
nobody-until = Nobody is usually here until { $at }.
usual = The first word usually takes about { $length }.
welcome = { $text }
length-minutes = { $count ->
    [one] a minute
   *[other] { $count } minutes
  }
length-hours = { $count ->
    [one] an hour
   *[other] { $count } hours
  }
length-days = { $count ->
    [one] a day
   *[other] { $count } days
  }
moment-0 = Monday, { $at }
moment-1 = Tuesday, { $at }
moment-2 = Wednesday, { $at }
moment-3 = Thursday, { $at }
moment-4 = Friday, { $at }
moment-5 = Saturday, { $at }
moment-6 = Sunday, { $at }
asker-closed =
    I’ve heard nothing more about #{ $number }, so it is closed. Did that solve it? { $prefix }yes { $number } · { $prefix }no { $number } (you can still say so later)
asker-closed-unanswered = I’ve heard nothing more about #{ $number }, so it is closed for now. { $prefix }add { $number } and your words open it again.
asker-given-back = { $name } had to give #{ $number } back; it is in the queue again.
asker-given-back-place = { $name } had to give #{ $number } back; it is in the queue again, place { $place }.
asker-moved = #{ $number } is with { $queue } now: they know more about it.

## To the volunteers

lapsed = #{ $number } is open again: { $name } didn’t get to it, which happens to everybody. What is noted on it stays.
lapsed-you = I’ve given #{ $number } back so that somebody else can look at it. No harm done; your notes stay.
lease-ends = Are you still on #{ $number }? In { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
  } I give it back. { $prefix }extend { $number } keeps it, and so does a word to the asker.
extended = #{ $number } is yours until { $at }.
extend-none = You have no ticket that could run out.
extend-which = Which one: { $numbers }? Say { $prefix }extend and its number.
extend-needless = #{ $number } doesn’t run out now.
take-asked = { $name } has #{ $number }. I’ve asked; it is yours in { $minutes } minutes unless { $name } goes on with it.
take-asked-you = { $name } would go on with #{ $number }. { $prefix }release { $number } gives it to them; an answer, a note or { $prefix }extend { $number } keeps it. Otherwise it is theirs in { $minutes } minutes.
take-wait = { $name } was asked. #{ $number } is yours in { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
  } unless { $name } goes on with it.
take-wanted = { $by } has asked { $name } for #{ $number } already.
taken = #{ $number } is yours now; { $name } knows.
taken-you = #{ $number } is yours now. { $prefix }show { $number } shows where it stands.
taken-from-you = { $name } goes on with #{ $number } now. Thank you for what you did; your notes stay.
handed-over = #{ $number } is with { $name } now. Thank you!
handed-you = { $name } hands #{ $number } over to you. { $prefix }show { $number } shows where it stands.
handed-you-why = { $name } hands #{ $number } over to you: { $why } ({ $prefix }show { $number } shows the rest)
handover-nobody = I know no volunteer called { $name } who could take it. { $prefix }sig lists them.
handover-several = Several are called { $name }; write which one: { $who }
handover-away = { $name } is away or asleep now. Hand it to somebody else, or release it.
kept-as-note = { $refused } I’ve kept your words as a note on #{ $number }.
waits = #{ $number } ({ $topic }, { $who }) waits for a word since { $since } UTC.
overdue = #{ $number } ({ $topic }, { $who }) should be solved by { $at } UTC.
with = with { $name }
with-nobody = with nobody yet
prioritised = #{ $number } has { $priority } priority.
priority-low = low
priority-normal = normal
priority-high = high
priority-urgent = urgent
kinded = #{ $number } is { $kind }.
kind-question = a question
kind-request = a request
kind-incident = an incident
kind-task = a task
tagged = Tags of #{ $number }: { $tags }
untagged = #{ $number } has no tags.
bad-tag = “{ $tag }” can’t be a tag. Write words such as { $prefix }tag { $number } wifi, and -wifi to take one away.
too-many-tags = That would be more than { $count } tags on #{ $number }; take one away first.
moved = #{ $number } is in the queue { $queue } now.
no-such-queue = There is no queue “{ $name }”. There is: { $known }
the-desk = the desk
history-line = { $at } { $name } ({ $network }), { $kind }: { $text }
history-line-bare = { $at } { $name } ({ $network }), { $kind }
history-sent = I’ve sent you the history of #{ $number } directly.
history-rest = Part { $portion } of { $of }; { $prefix }show { $number } history { $next } goes on.
mark-priority-low = {", "}low priority
mark-priority-high = {", "}high priority
mark-priority-urgent = {", "}urgent
mark-kind-request = {", "}request
mark-kind-incident = {", "}incident
mark-kind-task = {", "}task
mark-age = {", "}{ $length }

## What happened

change-confirmed = solved, the asker says
change-lapsed = claim ran out
change-extended = claim extended
change-wanted = asked for it
change-handed-over = handed over
change-moved = moved to another queue
change-priority = priority
change-tags = tags
change-kind = kind
change-escalated = waits too long; told
change-overdue = not solved in time; told
web-change-confirmed = solved, says the asker
web-change-lapsed = claim ran out
web-change-extended = claim extended
web-change-wanted = asked for it
web-change-handed-over = handed over
web-change-moved = moved to another queue
web-change-priority = priority set
web-change-tags = tags set
web-change-kind = kind set
web-change-escalated = passed on: it waits too long
web-change-overdue = passed on: not solved in time

## Commands

usage-extend = { $prefix }extend [N] [2h]
help-extend = Keeps a ticket yours for longer; N is needed when you have several.
usage-take = { $prefix }take N
help-take = Asks whoever has the ticket for it. It is yours when they release it, or after ten minutes if they don’t go on with it. Leads get it at once.
usage-handover = { $prefix }handover N @who [note]
help-handover = Gives the ticket to another volunteer, with a word on where it stands.
usage-priority = { $prefix }priority N low|normal|high|urgent
help-priority = Says how much it hurries: what is urgent is due sooner and stands further in front.
usage-tag = { $prefix }tag N wifi -vpn
help-tag = Adds tags, or takes them away; without any, shows them.
usage-kind = { $prefix }kind N question|request|incident
kind-incident-how = An incident tells many people: say { $prefix }incident { $number } and what is broken.
kind-gathers = #{ $number } gathers other tickets: first say { $prefix }incident { $number } remove and their numbers.
help-kind = Says what kind of ticket it is.
usage-move = { $prefix }move N queue
help-move = Gives the ticket to another queue; its people and the asker are told.

## On the website

web-ticket-solved = Did that solve it?
web-ticket-solved-thanks = You said that it is solved. Thank you!
web-ticket-solved-yes = Yes, it did
web-ticket-solved-no = No, not yet
web-priority-urgent = urgent
web-priority-high = high priority
web-priority-low = low priority
writing = { $name } is writing.
