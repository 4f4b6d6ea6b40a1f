# Tickets, die eines sind, Störungen, und was beim Antworten hilft.

## Zusammenlegen

merged = #{ $number } geht in #{ $into } weiter: wer gefragt hat, hört, was dort geantwortet wird. { $prefix }unmerge { $number } nimmt es zurück.
merged-elsewhere = { $name } hat #{ $number } mit #{ $into } zusammengelegt: dort geht es weiter.
merged-freed = #{ $number } war Teil von #{ $into }, das zurückgenommen wurde. #{ $number } steht wieder für sich.
unmerged = #{ $number } steht wieder für sich; es war Teil von #{ $into }.
not-merged = #{ $number } ist nicht Teil eines anderen Tickets.
merge-itself = Das ist zweimal dasselbe Ticket: #{ $number }.
merge-task = Bei einer Aufgabe wartet niemand auf eine Antwort: #{ $number } und #{ $into } bleiben getrennt.
merge-incident = #{ $number } ist eine Störung: sie sammelt andere und wird mit keinem zusammengelegt.
merge-private = #{ $into } wurde privat gefragt und #{ $number } nicht. Leg sie andersherum zusammen: { $prefix }merge { $into } into { $number }.
ticket-merged = #{ $number } ist jetzt Teil von #{ $into }; sag es mit #{ $into }.
linked = Bei beiden vermerkt: #{ $number } handelt vom selben wie #{ $into }. { $prefix }merge { $number } into { $into } würde eines daraus machen.
asker-merged = Jemand anders hat dasselbe gefragt wie du in #{ $number }: die Freiwilligen antworten beiden zusammen, und du hörst es hier. { $prefix }status { $number } zeigt, wie es steht.
asker-solved = Jemand mit derselben Frage sagt, dass es gelöst ist; damit ist auch dein Ticket #{ $number } geschlossen. Wenn das für dich nicht stimmt, sag { $prefix }no { $number }.
change-merged = zusammengelegt
change-unmerged = getrennt
change-linked = handelt vom selben
change-gathered = Störung
change-edited = die fragende Person hat ihre Worte geändert
web-change-merged = zusammengelegt
web-change-unmerged = getrennt
web-change-linked = handelt vom selben
web-change-gathered = Störung
web-change-edited = hat die eigenen Worte geändert
usage-merge = { $prefix }merge N into M
help-merge = Macht aus zwei Tickets eines: N geht in M weiter. Beide Fragenden hören die Antworten, jeweils dort, wo sie gefragt haben.
usage-unmerge = { $prefix }unmerge N
help-unmerge = Trennt ein zusammengelegtes Ticket wieder ab: es ist offen, oder bei der Person, die das andere hat.
usage-duplicate = { $prefix }duplicate N of M
help-duplicate = Vermerkt bei beiden Tickets, dass sie vom selben handeln; jedes geht seinen eigenen Weg.

## Störungen

incident-opened =
    { "" }**#{ $number } Störung: { $title }** ({ $name })
    { $prefix }incident { $number } says … bekommen Fragende unterdessen zu hören; { $prefix }incident { $number } add 12 13 sammelt Tickets.
incident-yours = Störung #{ $number } gehört dir. { $prefix }answer { $number } … sagt es allen Fragenden, { $prefix }resolve { $number } beendet sie für alle.
incident-made = #{ $number } ist jetzt eine Störung. { $prefix }incident { $number } says … bekommen Fragende unterdessen zu hören; { $prefix }incident { $number } add 12 13 sammelt Tickets.
incident-made-elsewhere = { $name } hat aus #{ $number } eine Störung gemacht.
incident-titled = Störung #{ $number } hat den neuen Titel.
incident-needs-title = #{ $number } wurde privat gefragt: fang eine Störung mit einem Titel an, den alle lesen dürfen, { $prefix }incident new TITEL, und füge es hinzu.
incident-private = #{ $number } wurde privat gefragt und kann selbst keine sein. Sag { $prefix }incident new TITEL und füge #{ $number } dort hinzu.
incident-is-none = #{ $number } ist keine Störung.
incident-gathered-already = #{ $number } gehört zu Störung #{ $incident }.
incident-not-gathered = #{ $number } gehört nicht zu Störung #{ $incident }.
incident-nothing-added = Störung #{ $number } hat diese schon.
incident-added = Störung #{ $number } sammelt jetzt { $numbers }; wer gefragt hat, weiß es.
incident-added-elsewhere = { $name } hat { $numbers } zu Störung #{ $number } hinzugefügt.
incident-removed = { $numbers }: nicht mehr bei Störung #{ $number } und wieder offen.
incident-says = Wer dasselbe fragt wie #{ $number }, hört: { $text }
incident-says-elsewhere = { $name } zu Störung #{ $number }: { $text }
incident-none = Gerade ist nichts für viele kaputt. Schönen Tag!
incident-line = **#{ $number }** { $title }, { $count ->
    [one] ein Ticket
   *[other] { $count } Tickets
  }: { $notice }
incident-line-silent = **#{ $number }** { $title }, { $count ->
    [one] ein Ticket
   *[other] { $count } Tickets
  }
incident-joined = #{ $incident }: { $name } fragt dasselbe (#{ $number }): { $text }
incident-joined-private = #{ $incident }: jemand fragt privat dasselbe (#{ $number }).
incident-notice =
    Das ist uns bekannt: **{ $title }.** { $notice }
    Deine Frage ist als **#{ $number }** vermerkt; du hörst hier, wenn es vorbei ist. Etwas anderes? { $prefix }human
incident-notice-silent =
    Das ist uns bekannt, und wir arbeiten daran: **{ $title }.**
    Deine Frage ist als **#{ $number }** vermerkt; du hörst hier, wenn es vorbei ist. Etwas anderes? { $prefix }human
incident-notice-only = Das ist uns bekannt: **{ $title }.** { $notice }
incident-notice-only-silent = Das ist uns bekannt, und wir arbeiten daran: **{ $title }.**
incident-again = Noch immer: **{ $title }.** { $notice } Du hörst, wenn es vorbei ist (#{ $number }).
incident-again-silent = Wir arbeiten noch daran: **{ $title }.** Du hörst, wenn es vorbei ist (#{ $number }).
incident-asker = Dein #{ $number } ist Teil von etwas Größerem: **{ $title }.** { $notice } Du hörst hier, wenn es vorbei ist.
incident-asker-silent = Dein #{ $number } ist Teil von etwas Größerem, an dem wir arbeiten: **{ $title }.** Du hörst hier, wenn es vorbei ist.
incident-apart = Schade, dann habe ich dich falsch verstanden. Ein Mensch sieht sich #{ $number } für sich an.
usage-incident = { $prefix }incident new TITEL · { $prefix }incident N · { $prefix }incident N add 12 13 · { $prefix }incident N remove 12 · { $prefix }incident N says ZEILE · { $prefix }incident list
help-incident = Etwas ist für viele kaputt: eine Störung sammelt ihre Tickets, eine Antwort geht an alle, und wer unterdessen dasselbe fragt, hört ihre Zeile.

## Fertige Worte

replies = Fertige Antworten: { $names }. { $prefix }reply N NAME schickt eine; was du hinter den Namen schreibst, kommt dazu.
replies-none = Es gibt noch keine fertigen Antworten: das sind Artikel für Freiwillige mit dem Schlagwort „reply“.
reply-near = Eine fertige Antwort { $name } gibt es nicht. Meintest du { $names }?
reply-unknown = Eine fertige Antwort { $name } gibt es nicht. { $prefix }reply zeigt alle.
reply-wants-link = „{ $name }“ nennt einen Artikel: { $prefix }reply { $number } { $name } ARTIKEL, oder eine Adresse.
reply-unfilled = In „{ $name }“ steht { $place }, wofür ich nichts habe. Es wurde nicht gesendet; der Artikel ist auszubessern.
usage-reply = { $prefix }reply N NAME · { $prefix }reply N … · { $prefix }reply
help-reply = Schickt eine fertige Antwort, ausgefüllt, als deine. Andere Worte werden gesendet, wie sie sind; allein zeigt es die Antworten.
cite-near = Einen Artikel { $name } gibt es nicht. Meintest du { $names }?
cite-unknown = Einen Artikel { $name }, den alle lesen dürfen, gibt es nicht. { $prefix }search … findet einen.
usage-cite = { $prefix }cite N ARTIKEL
help-cite = Antwortet mit der Zusammenfassung und Adresse eines Artikels. ARTIKEL ist das Ende seiner Adresse, etwa request-a-list.

## Suchen

find-line = **#{ $number }** ({ $topic }) { $state }: { $text }
find-none = In keinem Ticket steht „{ $query }“.
find-more = … und mehr: nimm ein Wort dazu, oder status:open, tag:…, asker:me, claimant:me.
usage-find = { $prefix }find WÖRTER
help-find = Sucht in den Tickets, neueste zuerst: Wörter, "ein Satz", -nicht, anfang*, tag:…, lang:…, status:…, queue:…, asker:…, claimant:me. Wer nicht zu den Freiwilligen gehört, findet Artikel.

## Worte, die geändert oder zurückgenommen werden

asker-edited = **#{ $number }**, { $name } hat die eigenen Worte geändert: { $text }
asker-edited-private = Wer #{ $number } gefragt hat, hat die eigenen Worte geändert.
asker-took-back = { $name } hat Worte von #{ $number } zurückgenommen. Im Ticket sind sie weg; wo sie noch in einem Raum stehen (IRC kann nichts zurücknehmen), wiederhole sie bitte nicht.
asker-took-back-private = Worte von #{ $number } wurden zurückgenommen; im Ticket sind sie weg.

## Wer fragt

context-head = #{ $number }: { $name } auf { $network } ({ $kind }), { $known }, spricht { $lang }.
context-known = angemeldet
context-guest = Gast
context-offered = Der Helpdesk hat angeboten: { $titles }. { $verdict }
context-offered-none = Der Helpdesk hatte nichts anzubieten.
context-straight = Es wurde gleich nach einem Menschen gefragt.
context-verdict-none = Dazu kam nichts.
context-verdict-helped = Das hat geholfen.
context-verdict-not-helped = Das hat nicht geholfen.
context-verdict-human = Es sollte ein Mensch sein.
context-past = Vorher: #{ $number } ({ $topic }) { $state }: { $text }
context-before = Schon gefragt: { $numbers } ({ $prefix }context { $number } zeigt mehr)
context-private = #{ $number } wurde privat gefragt. Nimm es mit { $prefix }claim { $number } und frag mich dann direkt danach.
usage-context = { $prefix }context N
help-context = Zeigt, was der Helpdesk der fragenden Person von N angeboten hat und was sie dazu sagte, von wo sie fragt, und ihre anderen Tickets.

files-wait = Das hebe ich zu deiner Frage auf: wird sie ein Ticket, sehen die Freiwilligen es.
