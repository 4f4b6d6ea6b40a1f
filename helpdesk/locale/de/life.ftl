# Das Leben eines Tickets: womit man rechnen kann, Tickets, die zurückgegeben werden, und wer erfährt, dass ein Wort fehlt.

## An die fragende Seite

ticket-opened-and =
    { $opened }
    { $expects }
and = { $one } { $other }
place-next = Deines ist als Nächstes dran.
place = { $before ->
    [one] Ein Ticket ist vor deinem dran.
   *[other] { $before } Tickets sind vor deinem dran.
  }
place-many = Mehr als { $count } Tickets sind vor deinem dran.
nobody-until = Bis { $at } ist meistens niemand da.
usual = Bis zum ersten Wort dauert es meist etwa { $length }.
welcome = { $text }
length-minutes = { $count ->
    [one] eine Minute
   *[other] { $count } Minuten
  }
length-hours = { $count ->
    [one] eine Stunde
   *[other] { $count } Stunden
  }
length-days = { $count ->
    [one] einen Tag
   *[other] { $count } Tage
  }
moment-0 = Montag, { $at }
moment-1 = Dienstag, { $at }
moment-2 = Mittwoch, { $at }
moment-3 = Donnerstag, { $at }
moment-4 = Freitag, { $at }
moment-5 = Samstag, { $at }
moment-6 = Sonntag, { $at }
asker-closed =
    Zu #{ $number } kam nichts mehr, also ist es jetzt geschlossen. Ist es gelöst? { $prefix }yes { $number } · { $prefix }no { $number } (das geht auch später noch)
asker-closed-unanswered = Zu #{ $number } kam nichts mehr, also ist es vorerst geschlossen. Mit { $prefix }add { $number } und deinen Worten ist es wieder offen.
asker-given-back = { $name } musste #{ $number } abgeben; es steht wieder in der Schlange.
asker-given-back-place = { $name } musste #{ $number } abgeben; es steht wieder in der Schlange, Platz { $place }.
asker-moved = #{ $number } liegt jetzt bei { $queue }: dort weiß man mehr darüber.

## An die Freiwilligen

lapsed = #{ $number } ist wieder offen: { $name } kam nicht dazu, das passiert allen mal. Die Notizen bleiben.
lapsed-you = Ich habe #{ $number } wieder abgegeben, damit es jemand anders ansehen kann. Alles gut; deine Notizen bleiben.
lease-ends = Bist du noch an #{ $number }? In { $minutes ->
    [one] einer Minute
   *[other] { $minutes } Minuten
  } gebe ich es ab. { $prefix }extend { $number } behält es, ein Wort an die fragende Seite auch.
extended = #{ $number } gehört dir bis { $at }.
extend-none = Du hast kein Ticket, das ablaufen könnte.
extend-which = Welches: { $numbers }? Sag { $prefix }extend und die Nummer.
extend-needless = #{ $number } läuft gerade nicht ab.
take-asked = { $name } hat #{ $number }. Ich habe gefragt; in { $minutes } Minuten gehört es dir, wenn { $name } nicht weitermacht.
take-asked-you = { $name } würde mit #{ $number } weitermachen. { $prefix }release { $number } gibt es weiter; eine Antwort, eine Notiz oder { $prefix }extend { $number } behält es. Sonst geht es in { $minutes } Minuten weiter.
take-wait = { $name } ist gefragt. #{ $number } gehört dir in { $minutes ->
    [one] einer Minute
   *[other] { $minutes } Minuten
  }, wenn { $name } nicht weitermacht.
take-wanted = { $by } hat { $name } schon um #{ $number } gebeten.
taken = #{ $number } gehört jetzt dir; { $name } weiß Bescheid.
taken-you = #{ $number } gehört jetzt dir. { $prefix }show { $number } zeigt, wie es steht.
taken-from-you = { $name } macht jetzt mit #{ $number } weiter. Danke für das, was du getan hast; deine Notizen bleiben.
handed-over = #{ $number } liegt jetzt bei { $name }. Danke!
handed-you = { $name } übergibt dir #{ $number }. { $prefix }show { $number } zeigt, wie es steht.
handed-you-why = { $name } übergibt dir #{ $number }: { $why } ({ $prefix }show { $number } zeigt den Rest)
handover-nobody = Ich kenne niemanden namens { $name }, der es nehmen könnte. { $prefix }sig zählt alle auf.
handover-several = Mehrere heißen { $name }; schreib, wer gemeint ist: { $who }
handover-away = { $name } ist gerade weg oder schläft. Übergib es jemand anderem, oder gib es ab.
kept-as-note = { $refused } Deine Worte stehen als Notiz bei #{ $number }.
waits = #{ $number } ({ $topic }, { $who }) wartet seit { $since } UTC auf ein Wort.
overdue = #{ $number } ({ $topic }, { $who }) sollte bis { $at } UTC gelöst sein.
with = bei { $name }
with-nobody = noch bei niemandem
prioritised = #{ $number } hat jetzt die Priorität { $priority }.
priority-low = niedrig
priority-normal = normal
priority-high = hoch
priority-urgent = dringend
kinded = #{ $number } ist { $kind }.
kind-question = eine Frage
kind-request = eine Anfrage
kind-incident = eine Störung
kind-task = eine Aufgabe
tagged = Schlagwörter von #{ $number }: { $tags }
untagged = #{ $number } hat keine Schlagwörter.
bad-tag = „{ $tag }“ kann kein Schlagwort sein. Schreib etwa { $prefix }tag { $number } wifi, und -wifi nimmt eines weg.
too-many-tags = Das wären mehr als { $count } Schlagwörter bei #{ $number }; nimm erst eines weg.
moved = #{ $number } ist jetzt in der Warteschlange { $queue }.
no-such-queue = Eine Warteschlange „{ $name }“ gibt es nicht. Es gibt: { $known }
the-desk = der Helpdesk
history-line = { $at } { $name } ({ $network }), { $kind }: { $text }
history-line-bare = { $at } { $name } ({ $network }), { $kind }
history-sent = Den Verlauf von #{ $number } habe ich dir direkt geschickt.
history-rest = Teil { $portion } von { $of }; mit { $prefix }show { $number } history { $next } geht es weiter.
mark-priority-low = {", "}niedrige Priorität
mark-priority-high = {", "}hohe Priorität
mark-priority-urgent = {", "}dringend
mark-kind-request = {", "}Anfrage
mark-kind-incident = {", "}Störung
mark-kind-task = {", "}Aufgabe
mark-age = {", "}{ $length } alt

## Was geschah

change-confirmed = gelöst, sagt die fragende Seite
change-lapsed = von selbst abgegeben
change-extended = verlängert
change-wanted = wollte es haben
change-handed-over = übergeben
change-moved = in eine andere Warteschlange verschoben
change-priority = Priorität
change-tags = Schlagwörter
change-kind = Art
change-escalated = wartet zu lange; Bescheid bekam
change-overdue = nicht rechtzeitig gelöst; Bescheid bekam
web-change-confirmed = gelöst, sagt die fragende Seite
web-change-lapsed = von selbst abgegeben
web-change-extended = verlängert
web-change-wanted = wollte es haben
web-change-handed-over = übergeben
web-change-moved = in eine andere Warteschlange verschoben
web-change-priority = Priorität gesetzt
web-change-tags = Schlagwörter gesetzt
web-change-kind = Art gesetzt
web-change-escalated = weitergereicht: es wartet zu lange
web-change-overdue = weitergereicht: nicht rechtzeitig gelöst

## Befehle

usage-extend = { $prefix }extend [N] [2h]
help-extend = Behält ein Ticket länger; N braucht es, wenn du mehrere hast.
usage-take = { $prefix }take N
help-take = Fragt, wer das Ticket hat, danach. Du bekommst es, sobald es abgegeben wird, oder nach zehn Minuten, wenn nichts weitergeht. Leitende bekommen es sofort.
usage-handover = { $prefix }handover N @wer [Notiz]
help-handover = Gibt das Ticket jemand anderem, mit einem Wort dazu, wie es steht.
usage-priority = { $prefix }priority N low|normal|high|urgent
help-priority = Sagt, wie sehr es eilt: was dringend ist, hat weniger Zeit und steht weiter vorn.
usage-tag = { $prefix }tag N wifi -vpn
help-tag = Fügt Schlagwörter hinzu oder nimmt sie weg; ohne Angabe zeigt es sie.
usage-kind = { $prefix }kind N question|request|incident
kind-incident-how = Von einer Störung erfahren viele: sag { $prefix }incident { $number } und was kaputt ist.
kind-gathers = #{ $number } sammelt andere Tickets: sag erst { $prefix }incident { $number } remove und ihre Nummern.
help-kind = Sagt, welcher Art das Ticket ist.
usage-move = { $prefix }move N Warteschlange
help-move = Gibt das Ticket in eine andere Warteschlange; die Leute dort und die fragende Seite erfahren es.

## On the website

web-ticket-solved = Ist es damit gelöst?
web-ticket-solved-thanks = Du hast gesagt, dass es gelöst ist. Danke!
web-ticket-solved-yes = Ja, das ist es
web-ticket-solved-no = Nein, noch nicht
web-priority-urgent = dringend
web-priority-high = hohe Priorität
web-priority-low = niedrige Priorität
writing = { $name } schreibt gerade.
