# The rota, swaps, offers.

rota-day-mon = Mon
rota-day-tue = Tue
rota-day-wed = Wed
rota-day-thu = Thu
rota-day-fri = Fri
rota-day-sat = Sat
rota-day-sun = Sun
rota-at = { $day } { $time } ({ $utc } UTC)
rota-at-utc = { $day } { $time } UTC
rota-at-day = { $day } { $time }
rota-when = { $day } { $date } { $from }–{ $to } ({ $utc } UTC)
rota-when-utc = { $day } { $date } { $from }–{ $to } UTC
rota-weekly = { $day } { $from }–{ $to } { $zone } ({ $utc } UTC now)
rota-weekly-utc = { $day } { $from }–{ $to } UTC
rota-and = { $one }; { $rest }
rota-more = { $items }; and { $count } more
rota-none = nothing planned
rota-main-queue = the main queue
rota-somebody = somebody

rota-line = { $id }: { $when }
rota-line-queue = { $id }: { $when }, { $queue }
rota-line-taken = You took over: { $when } (of { $id })
rota-line-given = Given away: { $when } (of { $id })
rota-line-now = You are on duty until { $until }.
rota-line-none = You have no shifts. { $prefix }duty add tue 18:00-20:00 makes one, { $prefix }duty on 2h is for now.
rota-added = { $count ->
    [one] Shift { $ids } is
   *[other] Shifts { $ids } are
  } on the rota, every week by the clock of { $zone }. { $prefix }swap gives one away once, { $prefix }duty remove ends it.
rota-added-for = { $count ->
    [one] Shift { $ids } is
   *[other] Shifts { $ids } are
  } on the rota for { $name }, by the clock of { $zone }. I have told them.
rota-added-for-you = { $by } put you on the rota: { $count ->
    [one] shift { $ids }
   *[other] shifts { $ids }
  }, by the clock of { $zone }. { $prefix }duty shows it; if it does not suit you, { $prefix }duty remove takes it off.
rota-removed = Shift { $id } is off the rota.
rota-removed-for-you = { $by } took your shift { $id } off the rota.
rota-hours = { $reason }
rota-have = That shift is on the rota already: { $id }. { $prefix }duty lists yours.
rota-most = { $count } shifts are the most one person can have.
rota-shadow = Duty begins with the role pair: whoever still watches has none yet.
rota-whom-none = I know no volunteer called { $name } who has been here; !sig lists them.
rota-whom-several = Several volunteers are called { $name }: write the whole id instead.
rota-no-shift = There is no shift { $id }. { $prefix }duty lists yours with their numbers.
rota-not-yours = Shift { $id } is not yours.
rota-which-day = “{ $word }” is no day: write one such as 2026-12-01, tue or tomorrow.
rota-not-them = { $name } can’t take it over. Name another, or nobody: then everybody may.
rota-on = You are on duty until { $until }. { $prefix }duty off ends it sooner.
rota-off = You are off duty. Thank you!
rota-off-already = You were not on duty.
rota-off-shift = You are on duty by shift { $id }. { $prefix }swap { $id } offers it to the others.
rota-empty = There is no rota for this yet. { $prefix }duty add tue 18:00-20:00 begins one.
rota-no-queue = There is no queue { $queue }. There is: { $queues }.
rota-gaps = Nobody on { $queue } in the next { $count ->
    [one] day
   *[other] { $count } days
  }: { $gaps }
rota-gaps-none = { $queue } has no gaps in the next { $count ->
    [one] day.
   *[other] { $count } days.
  }
rota-calendar = Your shifts for your calendar program: { $url } The link is yours alone, and the one before works no longer. With /all.ics in place of .ics it is the whole rota.
rota-calendar-sent = I have sent you the link directly.
rota-no-calendar = There are no calendar links without the website.

rota-remind-day = You are on duty: { $when }. Can’t make it? !swap { $id } offers it to the others.
rota-remind-soon = Your shift is about to begin: { $when }. Thank you for being there!
rota-week-gaps = Next week nobody is on { $queue }: { $gaps }
rota-away = { $name } is away, and these shifts of { $queue } are open: { $gaps }. !swap list has their numbers.
rota-away-room = { $name } is away. Who takes a shift over? { $gaps }. !swap list has their numbers.
rota-left = { $name } has left, and their shifts on { $queue } have ended. The coming ones would have been: { $gaps }

swap-offered = Offered as swap { $id }: { $when }. It is yours until somebody takes it; { $prefix }swap cancel { $id } takes the offer back.
swap-offered-to = I have asked { $to } (swap { $id }): { $when }. It is yours until they take it; { $prefix }swap cancel { $id } takes the offer back.
swap-ask = { $name } asks whether you take over a shift: { $when }. { $prefix }swap take { $id } does, or just let it pass.
swap-room = { $name } gives a shift away: { $when }. { $prefix }swap take { $id } takes it over.
swap-already = That one is offered already, as swap { $id }. { $prefix }swap cancel { $id } takes the offer back.
swap-no-such-day = Shift { $id } does not come on that day. { $prefix }duty lists your shifts.
swap-none = There is no open swap { $id }. { $prefix }swap list shows them.
swap-taken = It is yours: { $when }. Thank you! { $prefix }duty shows it.
swap-taken-yours = { $name } takes over your shift: { $when }.
swap-taken-room = { $name } takes over: { $when }. Swap { $id } is settled.
swap-taken-by = { $name } has taken swap { $id }.
swap-own = Swap { $id } is your own offer. { $prefix }swap cancel { $id } takes it back.
swap-asked = Swap { $id } is for { $name }.
swap-not-yours = Swap { $id } is not yours.
swap-withdrawn = Swap { $id } is withdrawn; the shift stays where it is.
swap-line = { $id }: { $when }, { $queue }, from { $name }. { $prefix }swap take { $id }
swap-list-none = Nothing is offered.

oncall = On duty: { $people }. Then: { $next }.
oncall-one = { $name }
oncall-one-until = { $name } until { $until }
oncall-next = { $name } from { $from }
oncall-nobody = Nobody is on duty now. Next: { $next }.
oncall-empty = There is no rota for this yet. { $prefix }duty add tue 18:00-20:00 begins one.
oncall-empty-asker = Nobody has fixed hours here: ask, and somebody will see it. { $prefix }status says how your question gets on.
oncall-open = Nobody is on duty, and nobody is planned for the next weeks. { $prefix }swap list shows what is open.
oncall-asker-now = Somebody is on duty.
oncall-asker-until = Somebody is on duty until { $until }.
oncall-asker-nobody = Nobody is on duty until { $from }. Ask all the same: your question waits.

offer = #{ $number } ({ $topic }) fits you: { $text } · !claim { $number }, or just let it pass.
offer-private = #{ $number } ({ $topic }), asked in private on { $network }, fits you. !claim { $number }, or just let it pass.
offer-back = Welcome back! #{ $number } ({ $topic }) fits you: { $text } · !claim { $number }, or just let it pass.
offer-back-private = Welcome back! #{ $number } ({ $topic }), asked in private on { $network }, fits you. !claim { $number }, or just let it pass.
next-full = You have { $count } already ({ $mine }), and that is plenty. Release what you can’t do; { $prefix }next anyway gives you one more.

calendar-duty = On duty: { $name } ({ $queue })
calendar-somebody = On duty ({ $queue })
calendar-mine = My duty at { $desk }
calendar-all = Duty at { $desk }

usage-duty = { $prefix }duty · { $prefix }duty add tue 18:00-20:00 [queue] [time zone] · { $prefix }duty remove ID · { $prefix }duty on [2h] · { $prefix }duty off · { $prefix }duty gaps [7d] · { $prefix }duty calendar
help-duty = Your shifts on the rota, in your own time. Leads may add one for somebody: { $prefix }duty add tue 18:00-20:00 @who.
usage-oncall = { $prefix }oncall [queue]
help-oncall = Says who is on duty now, until when, and who is next.
usage-swap = { $prefix }swap ID [day] [@who] · { $prefix }swap take ID · { $prefix }swap cancel ID · { $prefix }swap list
help-swap = Gives a shift away, once: the next one, or that day’s. It stays yours until somebody takes it.
