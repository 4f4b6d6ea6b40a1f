# Der Dienstplan, Tausch, Angebote.

rota-day-mon = Mo
rota-day-tue = Di
rota-day-wed = Mi
rota-day-thu = Do
rota-day-fri = Fr
rota-day-sat = Sa
rota-day-sun = So
rota-at = { $day } { $time } ({ $utc } UTC)
rota-at-utc = { $day } { $time } UTC
rota-at-day = { $day } { $time }
rota-when = { $day } { $date } { $from }–{ $to } ({ $utc } UTC)
rota-when-utc = { $day } { $date } { $from }–{ $to } UTC
rota-weekly = { $day } { $from }–{ $to } { $zone } (jetzt { $utc } UTC)
rota-weekly-utc = { $day } { $from }–{ $to } UTC
rota-and = { $one }; { $rest }
rota-more = { $items }; und { $count } weitere
rota-none = nichts geplant
rota-main-queue = die Hauptwarteschlange
rota-somebody = jemand

rota-line = { $id }: { $when }
rota-line-queue = { $id }: { $when }, { $queue }
rota-line-taken = Übernommen: { $when } (von { $id })
rota-line-given = Abgegeben: { $when } (von { $id })
rota-line-now = Du hast Dienst bis { $until }.
rota-line-none = Du hast keine Schichten. { $prefix }duty add tue 18:00-20:00 macht eine, { $prefix }duty on 2h ist für jetzt.
rota-added = { $count ->
    [one] Schicht { $ids } steht
   *[other] Die Schichten { $ids } stehen
  } im Plan, jede Woche nach der Uhr von { $zone }. { $prefix }swap gibt eine einmal ab, { $prefix }duty remove beendet sie.
rota-added-for = { $count ->
    [one] Schicht { $ids } steht
   *[other] Die Schichten { $ids } stehen
  } für { $name } im Plan, nach der Uhr von { $zone }. Ich habe es weitergesagt.
rota-added-for-you = { $by } hat dich in den Plan gesetzt: { $count ->
    [one] Schicht { $ids }
   *[other] Schichten { $ids }
  }, nach der Uhr von { $zone }. { $prefix }duty zeigt sie; passt sie dir nicht, nimmt { $prefix }duty remove sie heraus.
rota-removed = Schicht { $id } ist aus dem Plan.
rota-removed-for-you = { $by } hat deine Schicht { $id } aus dem Plan genommen.
rota-hours = { $reason }
rota-have = Diese Schicht steht schon im Plan: { $id }. { $prefix }duty zeigt deine.
rota-most = Mehr als { $count } Schichten kann niemand haben.
rota-shadow = Dienst beginnt mit der Rolle pair: Wer noch zuschaut, hat keinen.
rota-whom-none = Ich kenne niemanden namens { $name } unter den Freiwilligen, die hier waren; !sig zeigt sie.
rota-whom-several = Mehrere Freiwillige heißen { $name }: schreib stattdessen die ganze Kennung.
rota-no-shift = Es gibt keine Schicht { $id }. { $prefix }duty zeigt deine mit ihren Nummern.
rota-not-yours = Schicht { $id } ist nicht deine.
rota-which-day = „{ $word }“ ist kein Tag: schreib etwa 2026-12-01, tue oder morgen.
rota-not-them = { $name } kann sie nicht übernehmen. Nenne jemand anderen oder niemanden: dann dürfen alle.
rota-on = Du hast Dienst bis { $until }. { $prefix }duty off beendet ihn früher.
rota-off = Du hast keinen Dienst mehr. Danke!
rota-off-already = Du hattest keinen Dienst.
rota-off-shift = Du hast Dienst nach Schicht { $id }. { $prefix }swap { $id } bietet sie den anderen an.
rota-empty = Dafür gibt es noch keinen Plan. { $prefix }duty add tue 18:00-20:00 beginnt einen.
rota-no-queue = Es gibt keine Warteschlange { $queue }. Es gibt: { $queues }.
rota-gaps = Niemand für { $queue } in den nächsten { $count ->
    [one] 24 Stunden
   *[other] { $count } Tagen
  }: { $gaps }
rota-gaps-none = { $queue } hat keine Lücken in den nächsten { $count ->
    [one] 24 Stunden.
   *[other] { $count } Tagen.
  }
rota-calendar = Deine Schichten für dein Kalenderprogramm: { $url } Der Link gehört dir allein, und der vorige gilt nicht mehr. Mit /all.ics statt .ics ist es der ganze Plan.
rota-calendar-sent = Ich habe dir den Link direkt geschickt.
rota-no-calendar = Ohne die Website gibt es keine Kalenderlinks.

rota-remind-day = Du hast Dienst: { $when }. Es geht nicht? !swap { $id } bietet ihn den anderen an.
rota-remind-soon = Dein Dienst beginnt gleich: { $when }. Danke, dass du da bist!
rota-week-gaps = Nächste Woche ist niemand da für { $queue }: { $gaps }
rota-away = { $name } ist weg, und diese Schichten für { $queue } sind offen: { $gaps }. !swap list zeigt ihre Nummern.
rota-away-room = { $name } ist weg. Wer übernimmt eine Schicht? { $gaps }. !swap list zeigt ihre Nummern.
rota-left = { $name } ist ausgeschieden, und damit enden die Schichten für { $queue }. Die nächsten wären gewesen: { $gaps }

swap-offered = Angeboten als Tausch { $id }: { $when }. Sie bleibt deine, bis jemand sie nimmt; { $prefix }swap cancel { $id } nimmt das Angebot zurück.
swap-offered-to = Ich habe { $to } gefragt (Tausch { $id }): { $when }. Sie bleibt deine bis zur Zusage; { $prefix }swap cancel { $id } nimmt das Angebot zurück.
swap-ask = { $name } fragt, ob du eine Schicht übernimmst: { $when }. { $prefix }swap take { $id } tut es, oder lass es einfach.
swap-room = { $name } gibt eine Schicht ab: { $when }. { $prefix }swap take { $id } übernimmt sie.
swap-already = Sie ist schon angeboten, als Tausch { $id }. { $prefix }swap cancel { $id } nimmt das Angebot zurück.
swap-no-such-day = Schicht { $id } kommt an diesem Tag nicht. { $prefix }duty zeigt deine Schichten.
swap-none = Es gibt keinen offenen Tausch { $id }. { $prefix }swap list zeigt sie.
swap-taken = Sie ist deine: { $when }. Danke! { $prefix }duty zeigt sie.
swap-taken-yours = { $name } übernimmt deine Schicht: { $when }.
swap-taken-room = { $name } übernimmt: { $when }. Tausch { $id } ist erledigt.
swap-taken-by = Tausch { $id } hat schon { $name }.
swap-own = Tausch { $id } ist dein eigenes Angebot. { $prefix }swap cancel { $id } nimmt es zurück.
swap-asked = Tausch { $id } ist für { $name }.
swap-not-yours = Tausch { $id } ist nicht deiner.
swap-withdrawn = Tausch { $id } ist zurückgenommen; die Schicht bleibt, wo sie ist.
swap-line = { $id }: { $when }, { $queue }, von { $name }. { $prefix }swap take { $id }
swap-list-none = Nichts ist angeboten.

oncall = Dienst: { $people }. Danach: { $next }.
oncall-one = { $name }
oncall-one-until = { $name } bis { $until }
oncall-next = { $name } ab { $from }
oncall-nobody = Jetzt hat niemand Dienst. Als Nächstes: { $next }.
oncall-empty = Dafür gibt es noch keinen Plan. { $prefix }duty add tue 18:00-20:00 beginnt einen.
oncall-empty-asker = Feste Zeiten gibt es hier nicht: frag, und jemand wird es sehen. { $prefix }status sagt, wie es um deine Frage steht.
oncall-open = Niemand hat Dienst, und für die nächsten Wochen ist niemand eingeteilt. { $prefix }swap list zeigt, was offen ist.
oncall-asker-now = Jemand hat Dienst.
oncall-asker-until = Jemand hat Dienst bis { $until }.
oncall-asker-nobody = Bis { $from } hat niemand Dienst. Frag trotzdem: deine Frage wartet.

offer = #{ $number } ({ $topic }) passt zu dir: { $text } · !claim { $number }, oder lass es einfach.
offer-private = #{ $number } ({ $topic }), vertraulich gefragt auf { $network }, passt zu dir. !claim { $number }, oder lass es einfach.
offer-back = Willkommen zurück! #{ $number } ({ $topic }) passt zu dir: { $text } · !claim { $number }, oder lass es einfach.
offer-back-private = Willkommen zurück! #{ $number } ({ $topic }), vertraulich gefragt auf { $network }, passt zu dir. !claim { $number }, oder lass es einfach.
next-full = Du hast schon { $count } ({ $mine }), und das ist reichlich. Gib zurück, was du nicht schaffst; { $prefix }next anyway gibt dir noch eins.

calendar-duty = Dienst: { $name } ({ $queue })
calendar-somebody = Dienst ({ $queue })
calendar-mine = Mein Dienst bei { $desk }
calendar-all = Dienst bei { $desk }

usage-duty = { $prefix }duty · { $prefix }duty add tue 18:00-20:00 [Warteschlange] [Zeitzone] · { $prefix }duty remove ID · { $prefix }duty on [2h] · { $prefix }duty off · { $prefix }duty gaps [7d] · { $prefix }duty calendar
help-duty = Deine Schichten im Dienstplan, in deiner Zeit. Leitende können eine für andere eintragen: { $prefix }duty add tue 18:00-20:00 @wen.
usage-oncall = { $prefix }oncall [Warteschlange]
help-oncall = Sagt, wer jetzt Dienst hat, bis wann, und wer danach kommt.
usage-swap = { $prefix }swap ID [Tag] [@wen] · { $prefix }swap take ID · { $prefix }swap cancel ID · { $prefix }swap list
help-swap = Gibt eine Schicht einmal ab: die nächste oder die an dem Tag. Sie bleibt deine, bis jemand sie nimmt.
