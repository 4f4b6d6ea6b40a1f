# What the desk says in chat. `**bold**`, `code` and [label](address) may be used; values are never read as markup.
# Ticket numbers and addresses come as text, so that they can be copied.

## Answers

answer =
    { $text } → [{ $title }]({ $url })
    Did that help? { $prefix }yes · { $prefix }no (a person takes over)
answer-more =
    { $text } → [{ $title }]({ $url })
    Did that help? { $prefix }yes · { $prefix }no (a person takes over) · { $prefix }more
more =
    { $text }
    ({ $prefix }more goes on)
more-last =
    { $text }
    That was all of it; the whole article: { $url }
more-end = That was all I have; the whole article: { $url }
more-nothing = There is nothing to go on with. Ask me something first.
suggestion = { $number }) [{ $title }]({ $url })
suggestions-1 =
    I’m not sure. Do you mean this?
    { $choice1 }
    Say { $prefix }pick 1, or { $prefix }human for a person.
suggestions-2 =
    I’m not sure. Do you mean one of these?
    { $choice1 }
    { $choice2 }
    Say { $prefix }pick 1 or 2, or { $prefix }human for a person.
suggestions-3 =
    I’m not sure. Do you mean one of these?
    { $choice1 }
    { $choice2 }
    { $choice3 }
    Say { $prefix }pick 1, 2 or 3, or { $prefix }human for a person.
pick-nothing = There is nothing to pick from any more. Ask me again, or say { $prefix }human.
pick-range = Pick a number from 1 to { $count }.
yes-question = Glad it helped!
yes-ticket = Glad it helped! Ticket #{ $number } is closed.
no-noted = Sorry. I’ve told the volunteers; ticket #{ $number } stays open.
verdict-nothing = I don’t know what that is about. Ask me something first.
greeting = Hello! Ask me in a sentence, such as “how do I register my nick?”. { $prefix }help shows what else I can do.
thanks = You’re welcome!
goodbye = Bye, see you!
invitation = I’m here, just ask: one sentence about what you want to do. If I don’t know, people will.
wordless = I found no words in that. Ask me in a sentence; { $prefix }help shows what else I can do.
only-in = I only have this in { $language }:
other-language = { $only } { $answer }
language-de = German
language-en = English
language-es = Spanish
language-fr = French
language-it = Italian
language-nl = Dutch
language-pl = Polish
language-pt = Portuguese
language-ru = Russian
language-uk = Ukrainian
language-other = another language
search-hit = [{ $title }]({ $url })
search-1 =
    Found for “{ $query }”:
    { $hit1 }
search-2 =
    Found for “{ $query }”:
    { $hit1 }
    { $hit2 }
search-3 =
    Found for “{ $query }”:
    { $hit1 }
    { $hit2 }
    { $hit3 }
search-none = Nothing found for “{ $query }”. Try other words, or ask me in a sentence.
search-none-near = Nothing found for “{ $query }”. Did you mean { $prefix }search { $near }?
search-broken = I can’t search just now. Ask me in a sentence instead: if I can’t answer, people will.

## Tickets, to the asker

because-unknown = I don’t know that one, so I’ve asked the volunteers.
because-no = Sorry that it didn’t help. I’ve asked the volunteers.
because-human = A person will look at it.
ticket-opened = { $because } Your ticket is **#{ $number }**: the answer will come here. { $prefix }status shows how it is, { $prefix }cancel takes it back.
ticket-encrypted = Please note: this room is encrypted, but the volunteers may read your question where it is not. Say { $prefix }cancel if you’d rather not.
ticket-link = Your private page for ticket #{ $number }, to read the answer and to write more from anywhere: { $url } (keep it to yourself)
asker-claimed = { $name } is looking at #{ $number }.
asker-answer =
    { "" }**Ticket #{ $number }, { $name } answers:** { $text }
    Did that solve it? { $prefix }yes · { $prefix }no
asker-ask-back = **Ticket #{ $number }, { $name } asks:** { $text }
asker-resolved = Ticket #{ $number } is closed as solved. If it isn’t, say { $prefix }no.
passed-on = Passed on to the volunteers of #{ $number }.
has-ticket = That is ticket #{ $number } already. { $prefix }status { $number } shows how it is.
cancelled = Ticket #{ $number } is cancelled.
add-which = Which one: { $numbers }? Say { $prefix }add, its number, and your words.
cancel-which = Which one: { $numbers }? Say { $prefix }cancel and its number.
status-none = You have no open ticket.
status-line = #{ $number }: { $state }
status-line-place = { $line } · { $place }
not-yours = You have no ticket #{ $number }.
human-what = What is it about? Say { $prefix }human and your question.
limit-questions-person = That was a lot of questions at once. Please try again in about { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
  }.
limit-words = That was a lot at once. What you wrote so far has reached the volunteers; please go on in about { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
  }.
limit-questions-room = There are too many questions here just now. Please try again in some minutes, or write to me directly.
limit-tickets-person = You have { $count ->
    [one] an open ticket
   *[other] { $count } open tickets
  } already; the volunteers will come to them. { $prefix }status lists them, { $prefix }cancel takes one back.
limit-tickets-room = There are too many open tickets from here just now, so I can’t take another one. Please try again later.
secret-masked = That looked like a password or token. I’ve blanked it out in what I keep, but others may have seen it: change it, please.
secret-masked-volunteer = That looked like a password or token; I’ve blanked it out before sending.

## Tickets, to the volunteers

topic-general = general
announce =
    { "" }**#{ $number }** ({ $topic }) { $name } on { $network } asks: { $text }
    { $prefix }claim { $number } takes it.
announce-private =
    { "" }**#{ $number }** ({ $topic }) somebody on { $network } asked in private.
    { $prefix }claim { $number } takes it; the words come to you directly.
remind = **#{ $number }** ({ $topic }) from { $name } on { $network } still waits: { $text } · { $prefix }claim { $number }
remind-private = **#{ $number }** ({ $topic }), asked in private on { $network }, still waits. { $prefix }claim { $number }
claimed = #{ $number } is yours. { $prefix }answer { $number } … tells the asker, { $prefix }ask-back { $number } … asks them, { $prefix }release { $number } gives it back.
claimed-here = #{ $number } is yours.
claimed-already = #{ $number } is yours already.
claimed-by-other = { $name } has #{ $number }.
claimed-elsewhere = #{ $number } is with { $name } now.
not-claimed = Nobody has #{ $number }.
ticket-text = **#{ $number }**, { $name } on { $network } asked: { $text }
text-sent-directly = #{ $number } was asked in private: I’ve sent you the words directly.
show-private = #{ $number } was asked in private. { $prefix }claim { $number } first, and the words come to you.
released = { $name } gave #{ $number } back; it is open again.
release-thanks = Thank you for what you did on #{ $number }. It is open again.
answer-underway = Your words for #{ $number } are on their way to { $name }.
answer-underway-all = Your words for #{ $number } are on their way to all its askers.
answer-underway-private = Your words for #{ $number } are on their way to its asker.
held = { $name } is away. The answer to #{ $number } waits and is delivered when they are back.
held-private = The asker of #{ $number } is away. The answer waits and is delivered when they are back.
undeliverable = The answer to #{ $number } can’t be delivered to { $name }: { $reason }. They can still read it on their private page, if they kept the link.
undeliverable-private = The answer to #{ $number } can’t be delivered. They can still read it on their private page, if they kept the link.
asker-wrote = **#{ $number }**, { $name } writes: { $text }
asker-wrote-private = The asker of #{ $number } wrote more.
asker-said-yes = { $name } says that #{ $number } is solved. Thank you!
asker-said-yes-private = #{ $number } is solved, says the asker. Thank you!
asker-said-no = { $name } says that #{ $number } is not solved yet.
asker-said-no-private = #{ $number } is not solved yet, says the asker.
noted = Noted on #{ $number }.
resolved = #{ $number } is closed as solved. Thank you!
resolved-elsewhere = { $name } closed #{ $number } as solved.
reopened = #{ $number } is open again ({ $name }).
reopened-private = #{ $number } is open again: its asker came back to it.
reopened-with = #{ $number } is open again, and with { $name }.
reopened-thanks = #{ $number } is open again. { $prefix }claim { $number } takes it.
not-closed = #{ $number } is not closed.
cancelled-elsewhere = #{ $number } was cancelled by its asker.
ticket-closed = #{ $number } is { $status }.
no-such-ticket = There is no ticket #{ $number }.
queue-empty = Nothing waits. Enjoy it!
queue-head = { $count ->
    [one] One ticket waits{ $unclaimed ->
            [0] , and somebody has it
           *[other] , unclaimed
        }
   *[other] { $count } tickets wait, { $unclaimed } of them unclaimed
  }. { $prefix }next gives you one.
queue-rest = … and { $count } more: { $url }
next-none = Nothing unclaimed waits. Enjoy it!
ticket-line = #{ $number } ({ $topic }{ $priority }{ $kind }{ $age }) { $name } on { $network }, { $state }: { $text }
ticket-line-private = #{ $number } ({ $topic }{ $priority }{ $kind }{ $age }) in private on { $network }, { $state }
change-line = { $at } { $name }, { $kind }: { $text }
change-line-bare = { $at } { $name }, { $kind }
change-opened = opened
change-asker = the asker
change-answer = answer
change-ask-back = asked back
change-claimed = claimed
change-released = released
change-resolved = closed as solved
change-reopened = reopened
change-cancelled = cancelled
change-closed = closed after a quiet time
change-note = note
change-undelivered = could not be delivered
empty-words = Write something first.

## States and roles

state-open = waiting for a volunteer
state-claimed = { $name } is looking at it
state-waiting = { $name } answered; does it help?
state-asked-back = { $name } asked the asker something
state-waiting-for-all = answered; does it help?
state-asked-back-for-all = the volunteers asked the asker something
state-resolved = solved
state-cancelled = cancelled
state-merged = goes on in #{ $into }
state-closed = closed
status-open = open
status-claimed = claimed
status-waiting = waiting for the asker
status-resolved = closed already
status-cancelled = cancelled already
status-merged = part of #{ $into } now
status-closed = closed already
role-asker = asker
role-shadow = shadow volunteer
role-pair = pair volunteer
role-solo = solo volunteer
role-lead = lead
role-staff = staff member
role-granted = Welcome! You are a { $role } now.

## Rooms

gap-elsewhere = What was said in { $room } from { $since } to { $until } UTC did not arrive here ({ $reason }).
gap = I couldn’t hear this room from { $since } to { $until } UTC ({ $reason }). If you asked me something then, please ask again.
room-exited = I am no longer in { $room } on { $network }: { $reason }

## Moderation

mod-kind-ban = ban
mod-kind-mute = mute
mod-kind-word = word
mod-kind-rate = rate
mod-ban = { $pattern } is banned until lifted: not relayed, not answered, no tickets, no claims.
mod-ban-until = { $pattern } is banned until { $until } UTC: not relayed, not answered, no tickets, no claims.
mod-mute = { $pattern } is muted until lifted: neither relayed nor answered.
mod-mute-until = { $pattern } is muted until { $until } UTC: neither relayed nor answered.
mod-word = Until lifted, lines with “{ $pattern }” are not relayed; who says one is told once.
mod-rate = Of one person’s messages no more than { $pattern } a minute are relayed.
mod-lifted = Lifted: { $kind } { $pattern }
mod-empty = Nobody is banned or muted, and no word or rate rule holds.
mod-none-such = No rule has “{ $wanted }” in it.
mod-line = #{ $number } { $kind } { $pattern } (by { $by }{ $reason })
mod-line-until = #{ $number } { $kind } { $pattern } until { $until } UTC (by { $by }{ $reason })
mod-rest =
    { $count ->
        [one] One more rule; { $prefix }mod list WORD finds it.
       *[other] { $count } more rules; { $prefix }mod list WORD finds some of them.
    }
mod-log-empty = Nothing has been done yet.
mod-log-line = { $at } UTC { $name }: { $action } { $about }{ $detail }
mod-no-rule = There is no rule #{ $number }; { $prefix }mod list shows them.
mod-of-policy = { $pattern } comes from the policy room { $room }: it is lifted there, or by unsubscribing (policy = false).
mod-nobody = I have met nobody called { $name } lately. Write NETWORK:ACCOUNT, nick!user@host, @name:server or a server.
mod-several = Several are called { $name }; write which one: { $who }
mod-which-network = { $who } on which network? Write NETWORK: before it ({ $networks }).
mod-yourself = That is you.
mod-bad-pattern = Write something to match, of at most { $limit } characters.
mod-bad-who = I can’t tell who { $who } is. Write NETWORK:ACCOUNT, nick!user@host, @name:server or a server.
mod-bad-length = I can’t tell how long that is: write for 3h or for 2d, and the reason behind it.
mod-bad-rate = Write a number of messages a minute, from 1 to { $limit }.
mod-everybody = { $pattern } would mean everybody. Write a part of a name, host or server that tells them apart.

## Commands

usage = Say it like this: { $usage }
unknown-command = I don’t know { $prefix }{ $verb }. { $prefix }help shows what I know.
unknown-command-near = I don’t know { $prefix }{ $verb }. Did you mean { $prefix }{ $near }?
need-login = “{ $verb }” takes the role of a { $role }, and I can only recognise you when you are logged in (on IRC: identify to NickServ).
need-role = “{ $verb }” is not for everybody: it takes the role of a { $role }.
whoami = You are { $name } on { $network }; your role: { $role }.
whoami-guest = You are { $name } on { $network }, a guest: I know you only until you leave. Log in (on IRC: identify to NickServ) to be recognised.
sig-empty = There are no volunteers yet. A lead adds one by { $prefix }sig add NETWORK:NAME.
sig-members = { $role }: { $names }
sig-added = { $name } is a { $role } now.
sig-removed = { $name } is a volunteer no more.
sig-unknown = { $reason }
sig-configured = { $name } has this role from the configuration; the operator can change it there.

help-asker =
    Ask me in a sentence: “{ $name }: how do I …?” here, or directly without my name.
    { $prefix }more goes on · { $prefix }yes / { $prefix }no did it help? · { $prefix }human a person · { $prefix }search … · { $prefix }status · { $prefix }add … to your ticket · { $prefix }cancel · { $prefix }request what we hand out · { $prefix }help COMMAND
help-volunteer = For volunteers: { $prefix }queue · { $prefix }next · { $prefix }claim N · { $prefix }answer N … · { $prefix }ask-back N … · { $prefix }note N … · { $prefix }release N · { $prefix }extend N · { $prefix }take N · { $prefix }handover N @who · { $prefix }priority N … · { $prefix }tag N … · { $prefix }move N … · { $prefix }resolve N · { $prefix }reopen N · { $prefix }show N · { $prefix }sig
help-volunteer-also = Also: { $prefix }reply N … · { $prefix }cite N … · { $prefix }find … · { $prefix }context N · { $prefix }merge N into M · { $prefix }incident · { $prefix }deliver N … · { $prefix }duty · { $prefix }oncall · { $prefix }swap · { $prefix }event · { $prefix }here · { $prefix }loan · { $prefix }drafts · { $prefix }break · { $prefix }me
help-lead = For leads: { $prefix }sig add … · { $prefix }sig remove … · { $prefix }report · { $prefix }needs · { $prefix }grant N · { $prefix }decline N why · { $prefix }mod ban|mute|word|rate|list|lift|log … · { $prefix }bridge list|link|unlink …
help-one =
    `{ $usage }`
    { $help }

usage-ask = { $prefix }ask how do I …?
help-ask = Looks your question up in the knowledge base. If nothing there answers it, the volunteers get it.
usage-more = { $prefix }more
help-more = Goes on with the last answer.
usage-pick = { $prefix }pick N
help-pick = Chooses one of my suggestions; its number alone does too, and so does the reaction 1️⃣, 2️⃣ or 3️⃣.
usage-search = { $prefix }search words
help-search = Looks words up in the articles: up to three of them. Understands "a phrase", -not, title:, tag: and lang:.
usage-yes = { $prefix }yes [N]
help-yes = Tells me that the last answer helped; N is the ticket, where you have several. You may change your mind later.
usage-no = { $prefix }no [N]
help-no = Tells me that it didn’t help; the volunteers take over. Opens a closed ticket again.
usage-human = { $prefix }human [question]
help-human = Brings your question to the volunteers at once.
usage-status = { $prefix }status [N]
help-status = Shows how your tickets are, and when you may expect somebody.
usage-add = { $prefix }add [N] what else there is to say
help-add = Adds to your ticket; N is its number, needed when you have several.
usage-cancel = { $prefix }cancel [N]
help-cancel = Takes your ticket back.
usage-help = { $prefix }help [command]
help-help = Shows what I know, or explains a command.
usage-whoami = { $prefix }whoami
help-whoami = Shows who I take you for, and what you may do.
usage-queue = { $prefix }queue [name|all]
help-queue = Shows what waits in your queues, or in one: unclaimed first, and of these what is urgent or has waited long.
usage-next = { $prefix }next · { $prefix }next anyway
help-next = Gives you the ticket that fits you best and has waited longest. With your hands full it says so; anyway gives you one more.
usage-claim = { $prefix }claim N
help-claim = Makes the ticket yours until you answer it or give it back. If you get to neither, it is given back for you.
usage-release = { $prefix }release N [why]
help-release = Gives the ticket back, with your notes. No harm done.
usage-answer = { $prefix }answer N your answer
help-answer = Sends your answer to the asker, wherever they are. Takes the ticket if nobody has it.
usage-ask-back = { $prefix }ask-back N your question
help-ask-back = Asks the asker something. Their next words come to the ticket.
usage-note = { $prefix }note N your note
help-note = Writes something for the other volunteers; the asker never sees it.
usage-resolve = { $prefix }resolve N [how]
help-resolve = Closes the ticket as solved.
usage-reopen = { $prefix }reopen N
help-reopen = Opens a closed ticket again.
usage-show = { $prefix }show N [history]
help-show = Shows the ticket and what happened lately; with history, all of it.
usage-sig = { $prefix }sig · { $prefix }sig join|set|me|leave … · { $prefix }sig show WHO · { $prefix }sig add|approve|promote|demote WHO [shadow|pair|solo|lead|staff] [mentor WHO] · { $prefix }sig refuse|remove WHO [why] · { $prefix }sig mentor WHO MENTOR
help-sig = Lists the volunteers; asks to join, says what you can and when you are there, or leaves. Leads let people in and change roles. WHO: NETWORK:NAME, or a name.

## Linked rooms

relay-long =
    { $lines ->
        [one] Your message was long, so people on other networks see its first line and a link to all of it: { $url }
       *[other] Your message was long, so people on other networks see its first { $lines } lines and a link to all of it: { $url }
    }
relay-word = Your message holds words that are not relayed to other rooms. People here see it; those elsewhere don’t.
relay-loop = What { $name } says in { $room } ({ $network }) goes round in circles, as if two relays heard each other. I relay nothing of it for { $minutes } minutes. Is it a relay? Then name it in relay.bots.
relay-backlog = { $count } more messages were said between { $since } and { $until } UTC: { $url }
relay-undelivered = What is said elsewhere does not reach { $room }: { $reason }
relay-joined = { $name } is here ({ $network })
relay-left = { $name } left ({ $network })
relay-left-why = { $name } left ({ $network }): { $reason }
relay-quit = { $name } is gone ({ $network })
relay-quit-why = { $name } is gone ({ $network }): { $reason }
relay-removed = { $name } was removed ({ $network })
relay-removed-why = { $name } was removed ({ $network }): { $reason }
relay-renamed = { $was } is { $name } now ({ $network })
relay-split = Servers of { $network } lost sight of each other; out of the room: { $names }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
}
relay-back = Servers of { $network } see each other again; back: { $names }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
}
relay-encrypted = What is said in this encrypted room is also read, unencrypted, in { $rooms }.
bridge-linked = { $one } and { $other } read as one now. If I am not in one of them yet, I enter it; helpdesk networks says when I can’t.
bridge-already = { $one } and { $other } read as one already.
bridge-told = { $name } linked this room with { $one }: what is said here is read there, and the other way round.
bridge-told-one-way = { $name } linked this room with { $one }: what is said there is read here.
bridge-told-unlinked = { $name } parted this room from { $one }: what is said here is not read there any more.
bridge-list = { $line }
bridge-linked-one-way = What is said in { $one } is brought to { $other } now.
bridge-unlinked = { $one } and { $other } are not linked any more.
bridge-empty = No rooms are linked. { $prefix }bridge link NETWORK:ROOM links one with this room.
bridge-none = { $one } and { $other } are not linked.
bridge-same = A room reads as one with itself already.
bridge-configured = { $one } and { $other } are linked in the configuration; the operator can change that.
bridge-private = { $one } and { $other } can’t be linked: volunteers alone read in one of them.
bridge-where = Say it in the room to link, or name both: { $prefix }bridge link NETWORK:ROOM NETWORK:ROOM.
bridge-unknown = I can’t link that. { $reason }
usage-bridge = { $prefix }bridge list · { $prefix }bridge link NETWORK:ROOM [one-way] · { $prefix }bridge unlink NETWORK:ROOM
help-bridge = Says which rooms read as one, links this room with another, or parts them.
usage-mod = { $prefix }mod ban|mute WHO [for 2h] [reason] · { $prefix }mod word PATTERN · { $prefix }mod rate N · { $prefix }mod list [WORD] · { $prefix }mod lift ID · { $prefix }mod log
help-mod = Who is not heard, what is not passed on, how fast one may speak. WHO: NETWORK:ACCOUNT, nick!user@host, @name:server, a server, or a name seen lately.
banned = What you write here is not taken any more.
