## The people of the SIG

sig-invite = Would you like to help? { $prefix }sig join says so to the leads. You may add { $prefix }sig join skills: matrix, irc · languages: en, de · tz: Europe/Berlin · hours: mon-fri 18-22
sig-not-in = You are not in the SIG yet. { $prefix }sig join asks to be.
sig-nobody = I know nobody of the SIG called { $name }.
sig-any = any
sig-none = none
sig-main-queue = the main one
sig-a-mentor = an experienced volunteer
sig-pending = Thank you! The leads hear of it, and I tell you what they say. Meanwhile { $prefix }sig set changes what you told.
sig-pending-still = The leads know that you want to join; I tell you what they say. What you told is noted.
sig-in-already = You are in, as { $role }.
sig-wants-to-join = { $name } ({ $who }) would like to join: skills { $skills }; languages { $languages }; { $zone }, hours { $hours }.
    Leads: { $prefix }sig approve { $who } [shadow|pair|solo] [mentor NAME] · { $prefix }sig refuse { $who } why
sig-wants-to-join-words = { $name } ({ $who }) would like to join: “{ $words }” Skills { $skills }; languages { $languages }; { $zone }, hours { $hours }.
    Leads: { $prefix }sig approve { $who } [shadow|pair|solo] [mentor NAME] · { $prefix }sig refuse { $who } why
sig-pending-list = { $count } would like to join: { $names }. Leads: { $prefix }sig approve WHO
sig-who = { $name } ({ $who }): { $role }, { $state }
sig-profile = Skills: { $skills } · languages: { $languages } · time zone: { $zone } · hours: { $hours }
sig-more = Quiet: { $quiet } · at most { $cap } tickets · queues: { $queues } · mentor: { $mentor }
sig-state-pending = waits for a lead
sig-state-active = active
sig-state-break = on a break
sig-state-break-until = on a break until { $until } UTC
sig-state-left = left
sig-above = { $name } has a higher role than you; somebody of theirs decides it.
sig-too-high = You can’t make anybody { $role }: nobody gives more than they have.
sig-cannot-promote = { $name } is { $role }. Say what they are to be: { $prefix }sig promote { $name } pair|solo|lead
sig-cannot-demote = { $name } is { $role }. Say a lower role, or { $prefix }sig remove { $name }.
sig-promoted = You are a { $role } now. Thank you for what you do!
sig-demoted = You are a { $role } now. A lead changed it; do ask why.
sig-welcome-shadow = Welcome to the SIG! You see the queue and take notes: { $prefix }queue, { $prefix }show N, { $prefix }note N …. Ask { $mentor } anything.
sig-welcome-pair = Welcome to the SIG! { $prefix }queue shows what waits, { $prefix }claim N takes it, { $prefix }answer N … writes; { $mentor } reads it before the asker does.
sig-welcome-solo = Welcome to the SIG! { $prefix }queue shows what waits, { $prefix }claim N takes it, { $prefix }answer N … answers. { $mentor } helps with questions.
sig-removed-told = A lead took you out of the SIG. Thank you for what you did; your tickets are open for others.
sig-not-pending = { $name } has not asked to join.
sig-refused = The leads can’t take you into the SIG now. Thank you for asking!
sig-refused-why = The leads can’t take you into the SIG now: { $why } Thank you for asking!
sig-refused-done = { $name } is told.
sig-no-mentor = { $name } can’t be their mentor: it takes somebody else who works alone.
sig-mentor = { $mentor } is { $name }’s mentor now.
sig-mentor-none = { $name } has no mentor of their own now: anybody who works alone may read their words.
sig-mentor-told = { $mentor } is your mentor now: ask them anything.
sig-mentee-told = You are { $name }’s mentor now. What they write comes to you first: { $prefix }approve N, { $prefix }return N why.
sig-left = { $count ->
        [0] Thank you for everything! You are out of the SIG, and your credit stays.
        [one] Thank you for everything! You are out of the SIG, your ticket is open for others, and your credit stays.
       *[other] Thank you for everything! You are out of the SIG, your { $count } tickets are open for others, and your credit stays.
    } { $prefix }sig join brings you back.
sig-left-told = { $name } has left the SIG. Thank you, { $name }!
sig-left-configured = Your role stands in the configuration too: nothing is offered to you any more, and the operator takes it away there.
ready-solo = { $name } ({ $who }) answered { $count } tickets well with a mentor: ready to work alone? { $prefix }sig promote { $who } solo
ready-pair = { $name } ({ $who }) has looked on for a while and wrote { $count } notes: ready for a pair? { $prefix }sig promote { $who } pair
profile-unknown = I don’t know “{ $key }”. Write skills, languages, tz, hours, quiet, cap or queues, such as: hours: mon-fri 18-22
profile-cap = Write how many tickets at once, from 1 to { $most }.
profile-language = “{ $word }” is no language I know; write codes such as en, de.
profile-queue = There is no queue “{ $name }”; there is: { $known }
profile-zone = “{ $name }” is no time zone; write one such as Europe/Berlin, America/New_York or UTC.
profile-hours = I can’t read the hours “{ $text }”; write them such as mon-fri 18-22, sat 10-16
break-on = { $count ->
        [0] Enjoy your break!
        [one] Enjoy your break! Your ticket is open for others.
       *[other] Enjoy your break! Your { $count } tickets are open for others.
    } Nothing is offered to you until { $prefix }back.
break-until = { $count ->
        [0] Enjoy your break!
        [one] Enjoy your break! Your ticket is open for others.
       *[other] Enjoy your break! Your { $count } tickets are open for others.
    } Nothing is offered to you until { $until } UTC, or { $prefix }back.
break-length = I can’t tell how long that is: { $prefix }break 2w, { $prefix }break 3 days, or { $prefix }break alone.
break-over = Your break is over: good to have you back.
back-here = Good to have you back! { $prefix }next gives you something to do.
back-already = You are here. { $prefix }next gives you something to do.

## Several accounts, one person

link-guest = I can only join accounts that are logged in (on IRC: identify to NickServ).
link-code = Say { $prefix }link { $code } from your other account within { $minutes } minutes. Then both accounts are asked. Never give the code to anybody.
link-unknown = I don’t know that code, or its time is over. { $prefix }link, from the other account, makes a new one.
link-own = That is your own code: say it from the other account.
link-tries = That was too often. Try again in an hour.
link-asked = { $name } ({ $who }) wants to be one person with you: the same tickets, the same rights. If that is you, say { $prefix }link yes here. If not, say { $prefix }link no.
link-taken = The code is { $name }’s ({ $who }). You will be one person: the same tickets, the same rights. If that is you too, say { $prefix }link yes here, and there as well. If not, say { $prefix }link no.
link-nothing = Nothing waits for a yes. { $prefix }link begins.
link-half = Noted. Now { $prefix }link yes as { $name } ({ $who }).
link-declined = { $name } ({ $who }) said no; nothing was joined.
link-dropped = Nothing was joined.
link-done = You and { $name } ({ $who }) are one person now. { $prefix }whoami lists your accounts, { $prefix }unlink takes them apart.
unlink-only = This account stands alone. { $prefix }link joins another one with it.
unlink-which = Your accounts: { $names }. Which shall go? { $prefix }unlink NETWORK:NAME
unlink-not-yours = That is no account of yours; { $prefix }unlink lists them.
unlink-done = { $who } stands alone now, with what it asked. What was worked on from there stays with the other account.
unlink-told = { $who } was parted from your other accounts.
whoami-also = You are also known as: { $names }
usage-link = { $prefix }link · { $prefix }link CODE · { $prefix }link yes|no
help-link = Joins your accounts on several networks to one person: the same tickets and rights everywhere. Takes a code, and a yes from both.
usage-unlink = { $prefix }unlink NETWORK:NAME
help-unlink = Takes one of your accounts apart from the others.
usage-break = { $prefix }break [2w] [why]
help-break = Hands over all you work on and offers you nothing until you are back.
usage-back = { $prefix }back
help-back = Ends your break.
