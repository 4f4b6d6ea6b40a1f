# Was der Helpdesk im Chat sagt. `**fett**`, `code` und [Text](Adresse) sind erlaubt; Werte werden nie als Auszeichnung gelesen.
# Nummern und Adressen kommen als Text, damit man sie kopieren kann. Befehle bleiben, wie sie sind.

## Antworten

answer =
    { $text } → [{ $title }]({ $url })
    Hat das geholfen? { $prefix }yes · { $prefix }no (dann übernimmt ein Mensch)
answer-more =
    { $text } → [{ $title }]({ $url })
    Hat das geholfen? { $prefix }yes · { $prefix }no (dann übernimmt ein Mensch) · { $prefix }more
more =
    { $text }
    (mit { $prefix }more geht es weiter)
more-last =
    { $text }
    Das war alles; der ganze Artikel: { $url }
more-end = Mehr habe ich dazu nicht; der ganze Artikel: { $url }
more-nothing = Es gibt nichts fortzusetzen. Frag mich erst etwas.
suggestion = { $number }) [{ $title }]({ $url })
suggestions-1 =
    Ich bin nicht sicher. Meinst du das?
    { $choice1 }
    Sag { $prefix }pick 1, oder { $prefix }human für einen Menschen.
suggestions-2 =
    Ich bin nicht sicher. Meinst du eines davon?
    { $choice1 }
    { $choice2 }
    Sag { $prefix }pick 1 oder 2, oder { $prefix }human für einen Menschen.
suggestions-3 =
    Ich bin nicht sicher. Meinst du eines davon?
    { $choice1 }
    { $choice2 }
    { $choice3 }
    Sag { $prefix }pick 1, 2 oder 3, oder { $prefix }human für einen Menschen.
pick-nothing = Hier gibt es nichts mehr auszuwählen. Frag mich noch einmal, oder sag { $prefix }human.
pick-range = Wähl eine Zahl von 1 bis { $count }.
yes-question = Schön, dass es geholfen hat!
yes-ticket = Schön, dass es geholfen hat! Ticket #{ $number } ist geschlossen.
no-noted = Schade. Ich habe es den Freiwilligen gesagt; Ticket #{ $number } bleibt offen.
verdict-nothing = Ich weiß nicht, worauf sich das bezieht. Frag mich erst etwas.
greeting = Hallo! Frag mich in einem Satz, zum Beispiel „Wie registriere ich meinen Nick?“. { $prefix }help zeigt, was ich sonst noch kann.
thanks = Gern geschehen!
goodbye = Tschüss, bis bald!
invitation = Ich bin da, frag einfach: ein Satz darüber, was du vorhast. Wenn ich es nicht weiß, wissen es Menschen.
wordless = Darin habe ich keine Wörter gefunden. Frag mich in einem Satz; { $prefix }help zeigt, was ich sonst noch kann.
only-in = Das habe ich nur auf { $language }:
other-language = { $only } { $answer }
language-de = Deutsch
language-en = Englisch
language-es = Spanisch
language-fr = Französisch
language-it = Italienisch
language-nl = Niederländisch
language-pl = Polnisch
language-pt = Portugiesisch
language-ru = Russisch
language-uk = Ukrainisch
language-other = einer anderen Sprache
search-hit = [{ $title }]({ $url })
search-1 =
    Gefunden zu „{ $query }“:
    { $hit1 }
search-2 =
    Gefunden zu „{ $query }“:
    { $hit1 }
    { $hit2 }
search-3 =
    Gefunden zu „{ $query }“:
    { $hit1 }
    { $hit2 }
    { $hit3 }
search-none = Nichts gefunden zu „{ $query }“. Versuch andere Wörter, oder frag mich in einem Satz.
search-none-near = Nichts gefunden zu „{ $query }“. Meintest du { $prefix }search { $near }?
search-broken = Ich kann gerade nicht suchen. Frag mich in einem Satz: wenn ich es nicht weiß, wissen es Menschen.

## Tickets, für die Fragenden

because-unknown = Das weiß ich nicht, deshalb habe ich die Freiwilligen gefragt.
because-no = Schade, dass es nicht geholfen hat. Ich habe die Freiwilligen gefragt.
because-human = Ein Mensch sieht es sich an.
ticket-opened = { $because } Dein Ticket ist **#{ $number }**: die Antwort kommt hierher. { $prefix }status zeigt, wie es steht, { $prefix }cancel nimmt es zurück.
ticket-encrypted = Bitte beachte: Dieser Raum ist verschlüsselt, aber die Freiwilligen lesen deine Frage vielleicht dort, wo es nicht so ist. Sag { $prefix }cancel, wenn du das nicht möchtest.
ticket-link = Deine private Seite zu Ticket #{ $number }, auf der du von überall die Antwort lesen und mehr schreiben kannst: { $url } (behalte sie für dich)
asker-claimed = { $name } sieht sich #{ $number } an.
asker-answer =
    { "" }**Ticket #{ $number }, { $name } antwortet:** { $text }
    Ist es damit gelöst? { $prefix }yes · { $prefix }no
asker-ask-back = **Ticket #{ $number }, { $name } fragt:** { $text }
asker-resolved = Ticket #{ $number } ist als gelöst geschlossen. Wenn das nicht stimmt, sag { $prefix }no.
passed-on = An die Freiwilligen von #{ $number } weitergegeben.
has-ticket = Das ist schon Ticket #{ $number }. { $prefix }status { $number } zeigt, wie es steht.
cancelled = Ticket #{ $number } ist zurückgenommen.
add-which = Welches: { $numbers }? Sag { $prefix }add, die Nummer und deine Worte.
cancel-which = Welches: { $numbers }? Sag { $prefix }cancel und die Nummer.
status-none = Du hast kein offenes Ticket.
status-line = #{ $number }: { $state }
status-line-place = { $line } · { $place }
not-yours = Du hast kein Ticket #{ $number }.
human-what = Worum geht es? Sag { $prefix }human und deine Frage.
limit-questions-person = Das waren viele Fragen auf einmal. Bitte versuch es in etwa { $minutes ->
    [one] einer Minute
   *[other] { $minutes } Minuten
  } noch einmal.
limit-words = Das war viel auf einmal. Was du bisher geschrieben hast, ist bei den Freiwilligen; bitte mach in etwa { $minutes ->
    [one] einer Minute
   *[other] { $minutes } Minuten
  } weiter.
limit-questions-room = Hier gibt es gerade zu viele Fragen. Bitte versuch es in ein paar Minuten noch einmal, oder schreib mir direkt.
limit-tickets-person = Du hast schon { $count ->
    [one] ein offenes Ticket
   *[other] { $count } offene Tickets
  }; die Freiwilligen kümmern sich darum. { $prefix }status zeigt sie, { $prefix }cancel nimmt eines zurück.
limit-tickets-room = Von hier gibt es gerade zu viele offene Tickets, deshalb kann ich keines mehr annehmen. Bitte versuch es später noch einmal.
secret-masked = Das sah nach einem Passwort oder Token aus. In dem, was ich aufbewahre, habe ich es geschwärzt, aber andere können es gesehen haben: bitte ändere es.
secret-masked-volunteer = Das sah nach einem Passwort oder Token aus; ich habe es vor dem Senden geschwärzt.

## Tickets, für die Freiwilligen

topic-general = Allgemeines
announce =
    { "" }**#{ $number }** ({ $topic }) { $name } auf { $network } fragt: { $text }
    Mit { $prefix }claim { $number } nimmst du es.
announce-private =
    { "" }**#{ $number }** ({ $topic }) jemand auf { $network } hat privat gefragt.
    Mit { $prefix }claim { $number } nimmst du es; den Wortlaut bekommst du direkt.
remind = **#{ $number }** ({ $topic }) von { $name } auf { $network } wartet noch: { $text } · { $prefix }claim { $number }
remind-private = **#{ $number }** ({ $topic }), privat gefragt auf { $network }, wartet noch. { $prefix }claim { $number }
claimed = #{ $number } gehört dir. { $prefix }answer { $number } … antwortet, { $prefix }ask-back { $number } … fragt zurück, { $prefix }release { $number } gibt es wieder ab.
claimed-here = #{ $number } gehört dir.
claimed-already = #{ $number } gehört dir schon.
claimed-by-other = { $name } hat #{ $number }.
claimed-elsewhere = #{ $number } liegt jetzt bei { $name }.
not-claimed = Niemand hat #{ $number }.
ticket-text = **#{ $number }**, { $name } auf { $network } hat gefragt: { $text }
text-sent-directly = #{ $number } wurde privat gefragt: den Wortlaut habe ich dir direkt geschickt.
show-private = #{ $number } wurde privat gefragt. Nimm es erst mit { $prefix }claim { $number }, dann bekommst du den Wortlaut.
released = { $name } hat #{ $number } abgegeben; es ist wieder offen.
release-thanks = Danke für das, was du an #{ $number } getan hast. Es ist wieder offen.
answer-underway = Deine Worte zu #{ $number } sind auf dem Weg zu { $name }.
answer-underway-all = Deine Worte zu #{ $number } sind auf dem Weg zu allen, die fragen.
answer-underway-private = Deine Worte zu #{ $number } sind auf dem Weg.
held = { $name } ist gerade nicht da. Die Antwort zu #{ $number } wartet und wird zugestellt, sobald { $name } zurück ist.
held-private = Wer #{ $number } gefragt hat, ist gerade nicht da. Die Antwort wartet und wird später zugestellt.
undeliverable = Die Antwort zu #{ $number } lässt sich { $name } nicht zustellen: { $reason }. Auf der privaten Seite ist sie zu lesen, wenn der Link noch da ist.
undeliverable-private = Die Antwort zu #{ $number } lässt sich nicht zustellen. Auf der privaten Seite ist sie zu lesen, wenn der Link noch da ist.
asker-wrote = **#{ $number }**, { $name } schreibt: { $text }
asker-wrote-private = Zu #{ $number } kam mehr von der fragenden Seite.
asker-said-yes = { $name } sagt, dass #{ $number } gelöst ist. Danke!
asker-said-yes-private = #{ $number } ist gelöst, sagt die fragende Seite. Danke!
asker-said-no = { $name } sagt, dass #{ $number } noch nicht gelöst ist.
asker-said-no-private = #{ $number } ist noch nicht gelöst, sagt die fragende Seite.
noted = Zu #{ $number } notiert.
resolved = #{ $number } ist als gelöst geschlossen. Danke!
resolved-elsewhere = { $name } hat #{ $number } als gelöst geschlossen.
reopened = #{ $number } ist wieder offen ({ $name }).
reopened-private = #{ $number } ist wieder offen: die fragende Seite kam darauf zurück.
reopened-with = #{ $number } ist wieder offen, und bei { $name }.
reopened-thanks = #{ $number } ist wieder offen. Mit { $prefix }claim { $number } nimmst du es.
not-closed = #{ $number } ist nicht geschlossen.
cancelled-elsewhere = #{ $number } wurde von der fragenden Seite zurückgenommen.
ticket-closed = #{ $number } ist { $status }.
no-such-ticket = Es gibt kein Ticket #{ $number }.
queue-empty = Nichts wartet. Genieß es!
queue-head = { $count ->
    [one] Ein Ticket wartet{ $unclaimed ->
            [0] , und jemand hat es
           *[other] , noch bei niemandem
        }
   *[other] { $count } Tickets warten, { $unclaimed } davon noch bei niemandem
  }. { $prefix }next gibt dir eines.
queue-rest = … und { $count } weitere: { $url }
next-none = Nichts wartet, was noch niemand hat. Genieß es!
ticket-line = #{ $number } ({ $topic }{ $priority }{ $kind }{ $age }) { $name } auf { $network }, { $state }: { $text }
ticket-line-private = #{ $number } ({ $topic }{ $priority }{ $kind }{ $age }) privat auf { $network }, { $state }
change-line = { $at } { $name }, { $kind }: { $text }
change-line-bare = { $at } { $name }, { $kind }
change-opened = eröffnet
change-asker = von der fragenden Seite
change-answer = Antwort
change-ask-back = Rückfrage
change-claimed = genommen
change-released = abgegeben
change-resolved = als gelöst geschlossen
change-reopened = wieder geöffnet
change-cancelled = zurückgenommen
change-closed = nach einer Weile ohne ein Wort abgeschlossen
change-note = Notiz
change-undelivered = nicht zustellbar
empty-words = Schreib erst etwas.

## Zustände und Rollen

state-open = wartet auf eine freiwillige Person
state-claimed = { $name } sieht es sich an
state-waiting = { $name } hat geantwortet; hilft das?
state-asked-back = { $name } hat zurückgefragt
state-waiting-for-all = beantwortet; hilft das?
state-asked-back-for-all = die Freiwilligen haben zurückgefragt
state-resolved = gelöst
state-cancelled = zurückgenommen
state-merged = geht in #{ $into } weiter
state-closed = abgeschlossen
status-open = offen
status-claimed = vergeben
status-waiting = beantwortet und wartet auf Rückmeldung
status-resolved = schon geschlossen
status-cancelled = schon zurückgenommen
status-merged = jetzt Teil von #{ $into }
status-closed = schon abgeschlossen
role-asker = fragend
role-shadow = Freiwillige/r (shadow)
role-pair = Freiwillige/r (pair)
role-solo = Freiwillige/r (solo)
role-lead = Leitung
role-staff = Team der Organisation (staff)
role-granted = Willkommen! Deine Rolle ist jetzt: { $role }.

## Räume

gap-elsewhere = Was in { $room } von { $since } bis { $until } UTC gesagt wurde, ist hier nicht angekommen ({ $reason }).
gap = Von { $since } bis { $until } UTC konnte ich diesen Raum nicht hören ({ $reason }). Wenn du mich da etwas gefragt hast, frag bitte noch einmal.
room-exited = Ich bin nicht mehr in { $room } auf { $network }: { $reason }

## Moderation

mod-kind-ban = Sperre
mod-kind-mute = Stummschaltung
mod-kind-word = Wort
mod-kind-rate = Tempo
mod-ban = { $pattern } ist gesperrt, bis es aufgehoben wird: nichts wird weitergegeben oder beantwortet, keine Tickets, keine Übernahmen.
mod-ban-until = { $pattern } ist bis { $until } UTC gesperrt: nichts wird weitergegeben oder beantwortet, keine Tickets, keine Übernahmen.
mod-mute = { $pattern } ist stummgeschaltet, bis es aufgehoben wird: nichts wird weitergegeben oder beantwortet.
mod-mute-until = { $pattern } ist bis { $until } UTC stummgeschaltet: nichts wird weitergegeben oder beantwortet.
mod-word = Bis es aufgehoben wird, werden Zeilen mit „{ $pattern }“ nicht weitergegeben; wer eine schreibt, erfährt es einmal.
mod-rate = Von einer Person werden höchstens { $pattern } Nachrichten in der Minute weitergegeben.
mod-lifted = Aufgehoben: { $kind } { $pattern }
mod-empty = Niemand ist gesperrt oder stummgeschaltet, und es gilt keine Regel für Wörter oder Tempo.
mod-none-such = In keiner Regel steht „{ $wanted }“.
mod-line = #{ $number } { $kind } { $pattern } (von { $by }{ $reason })
mod-line-until = #{ $number } { $kind } { $pattern } bis { $until } UTC (von { $by }{ $reason })
mod-rest =
    { $count ->
        [one] Noch eine Regel; { $prefix }mod list WORT findet sie.
       *[other] Noch { $count } Regeln; { $prefix }mod list WORT findet einige davon.
    }
mod-log-empty = Noch wurde nichts getan.
mod-log-line = { $at } UTC { $name }: { $action } { $about }{ $detail }
mod-no-rule = Eine Regel #{ $number } gibt es nicht; { $prefix }mod list zeigt sie.
mod-of-policy = { $pattern } kommt aus dem Regelraum { $room }: aufgehoben wird es dort, oder durch Abbestellen (policy = false).
mod-nobody = Ich kenne gerade niemanden namens { $name }. Schreib NETZWERK:KONTO, nick!user@host, @name:server oder einen Server.
mod-several = Mehrere heißen { $name }; schreib, wen du meinst: { $who }
mod-which-network = { $who } auf welchem Netzwerk? Schreib NETZWERK: davor ({ $networks }).
mod-yourself = Das bist du selbst.
mod-bad-pattern = Schreib, worauf es passen soll, höchstens { $limit } Zeichen.
mod-bad-who = Ich weiß nicht, wer { $who } ist. Schreib NETZWERK:KONTO, nick!user@host, @name:server oder einen Server.
mod-bad-length = Wie lange das ist, verstehe ich nicht: schreib for 3h oder for 2d, den Grund dahinter.
mod-bad-rate = Schreib eine Zahl von Nachrichten in der Minute, von 1 bis { $limit }.
mod-everybody = { $pattern } träfe alle. Schreib einen Teil eines Namens, Hosts oder Servers, der sie unterscheidet.


## Befehle

usage = Sag es so: { $usage }
unknown-command = { $prefix }{ $verb } kenne ich nicht. { $prefix }help zeigt, was ich kenne.
unknown-command-near = { $prefix }{ $verb } kenne ich nicht. Meinst du { $prefix }{ $near }?
need-login = Für { $verb } brauchst du mindestens diese Rolle: { $role }. Ich erkenne dich nur, wenn du angemeldet bist (im IRC: bei NickServ).
need-role = Für { $verb } brauchst du mindestens diese Rolle: { $role }.
whoami = Du bist { $name } auf { $network }, deine Rolle: { $role }.
whoami-guest = Du bist { $name } auf { $network }, ein Gast: ich kenne dich nur, bis du gehst. Melde dich an (im IRC: bei NickServ), damit ich dich wiedererkenne.
sig-empty = Es gibt noch keine Freiwilligen. Die Leitung fügt sie mit { $prefix }sig add NETZWERK:NAME hinzu.
sig-members = { $role }: { $names }
sig-added = { $name } hat jetzt die Rolle: { $role }.
sig-removed = { $name } ist nicht mehr bei den Freiwilligen.
sig-unknown = { $reason }
sig-configured = { $name } hat diese Rolle aus der Konfiguration; ändern kann sie dort, wer den Dienst betreibt.

help-asker =
    Frag mich in einem Satz: „{ $name }: wie kann ich …?“ hier, oder direkt und ohne meinen Namen.
    { $prefix }more weiter · { $prefix }yes / { $prefix }no hat es geholfen? · { $prefix }human ein Mensch · { $prefix }search … · { $prefix }status · { $prefix }add … zu deinem Ticket · { $prefix }cancel · { $prefix }request was wir vergeben · { $prefix }help BEFEHL
help-volunteer = Für Freiwillige: { $prefix }queue · { $prefix }next · { $prefix }claim N · { $prefix }answer N … · { $prefix }ask-back N … · { $prefix }note N … · { $prefix }release N · { $prefix }extend N · { $prefix }take N · { $prefix }handover N @wer · { $prefix }priority N … · { $prefix }tag N … · { $prefix }move N … · { $prefix }resolve N · { $prefix }reopen N · { $prefix }show N · { $prefix }sig
help-volunteer-also = Auch: { $prefix }reply N … · { $prefix }cite N … · { $prefix }find … · { $prefix }context N · { $prefix }merge N into M · { $prefix }incident · { $prefix }deliver N … · { $prefix }duty · { $prefix }oncall · { $prefix }swap · { $prefix }event · { $prefix }here · { $prefix }loan · { $prefix }drafts · { $prefix }break · { $prefix }me
help-lead = Für die Leitung: { $prefix }sig add … · { $prefix }sig remove … · { $prefix }report · { $prefix }needs · { $prefix }grant N · { $prefix }decline N warum · { $prefix }mod ban|mute|word|rate|list|lift|log … · { $prefix }bridge list|link|unlink …
help-one =
    `{ $usage }`
    { $help }

usage-ask = { $prefix }ask wie kann ich …?
help-ask = Sucht deine Frage in der Wissensbasis. Wenn dort nichts passt, bekommen sie die Freiwilligen.
usage-more = { $prefix }more
help-more = Setzt die letzte Antwort fort.
usage-pick = { $prefix }pick N
help-pick = Wählt einen meiner Vorschläge; die Zahl allein genügt auch, ebenso die Reaktion 1️⃣, 2️⃣ oder 3️⃣.
usage-search = { $prefix }search Wörter
help-search = Schlägt Wörter in den Artikeln nach, höchstens drei Treffer. Versteht "einen Satzteil", -nicht, title:, tag: und lang:.
usage-yes = { $prefix }yes [N]
help-yes = Sagt mir, dass die letzte Antwort geholfen hat; N ist das Ticket, falls du mehrere hast. Du kannst es dir später anders überlegen.
usage-no = { $prefix }no [N]
help-no = Sagt mir, dass sie nicht geholfen hat; dann übernehmen die Freiwilligen. Öffnet auch ein geschlossenes Ticket wieder.
usage-human = { $prefix }human [Frage]
help-human = Bringt deine Frage sofort zu den Freiwilligen.
usage-status = { $prefix }status [N]
help-status = Zeigt, wie es um deine Tickets steht und wann du mit jemandem rechnen kannst.
usage-add = { $prefix }add [N] was noch zu sagen ist
help-add = Ergänzt dein Ticket; N ist seine Nummer, die du nur bei mehreren brauchst.
usage-cancel = { $prefix }cancel [N]
help-cancel = Nimmt dein Ticket zurück.
usage-help = { $prefix }help [Befehl]
help-help = Zeigt, was ich kenne, oder erklärt einen Befehl.
usage-whoami = { $prefix }whoami
help-whoami = Zeigt, für wen ich dich halte und was du darfst.
usage-queue = { $prefix }queue [Name|all]
help-queue = Zeigt, was in deinen Warteschlangen wartet, oder in einer: zuerst, was niemand hat, davon das Dringende und das Alte.
usage-next = { $prefix }next · { $prefix }next anyway
help-next = Gibt dir das Ticket, das am besten zu dir passt und am längsten wartet. Hast du genug zu tun, sagt es das; anyway gibt dir noch eins.
usage-claim = { $prefix }claim N
help-claim = Macht das Ticket zu deinem, bis du es beantwortest oder abgibst. Kommst du zu beidem nicht, wird es für dich abgegeben.
usage-release = { $prefix }release N [warum]
help-release = Gibt das Ticket mit deinen Notizen wieder ab. Das ist völlig in Ordnung.
usage-answer = { $prefix }answer N deine Antwort
help-answer = Schickt deine Antwort dorthin, wo gefragt wurde. Nimmt das Ticket, wenn es niemand hat.
usage-ask-back = { $prefix }ask-back N deine Rückfrage
help-ask-back = Fragt zurück. Was darauf gesagt wird, kommt zum Ticket.
usage-note = { $prefix }note N deine Notiz
help-note = Schreibt etwas für die anderen Freiwilligen; wer gefragt hat, sieht es nie.
usage-resolve = { $prefix }resolve N [wie]
help-resolve = Schließt das Ticket als gelöst.
usage-reopen = { $prefix }reopen N
help-reopen = Öffnet ein geschlossenes Ticket wieder.
usage-show = { $prefix }show N [history]
help-show = Zeigt das Ticket und was zuletzt geschah; mit history alles.
usage-sig = { $prefix }sig · { $prefix }sig join|set|me|leave … · { $prefix }sig show WER · { $prefix }sig add|approve|promote|demote WER [shadow|pair|solo|lead|staff] [mentor WER] · { $prefix }sig refuse|remove WER [warum] · { $prefix }sig mentor WER MENTOR
help-sig = Listet die Freiwilligen; bittet um Aufnahme, sagt, was du kannst und wann du da bist, oder geht. Die Leitung nimmt auf und ändert Rollen. WER: NETZ:NAME oder ein Name.

## Verbundene Räume

relay-long =
    { $lines ->
        [one] Deine Nachricht war lang; in anderen Netzen stehen ihre erste Zeile und ein Link zum Ganzen: { $url }
       *[other] Deine Nachricht war lang; in anderen Netzen stehen ihre ersten { $lines } Zeilen und ein Link zum Ganzen: { $url }
    }
relay-word = Deine Nachricht enthält Wörter, die nicht in andere Räume gehen. Hier ist sie zu lesen, dort nicht.
relay-loop = Was { $name } in { $room } ({ $network }) sagt, läuft im Kreis, als hörten zwei Relais einander. Ich gebe davon { $minutes } Minuten lang nichts weiter. Ist es ein Relais? Dann gehört es in relay.bots.
relay-backlog = { $count } weitere Nachrichten von { $since } bis { $until } UTC: { $url }
relay-undelivered = Was anderswo gesagt wird, kommt in { $room } nicht an: { $reason }
relay-joined = { $name } ist da ({ $network })
relay-left = { $name } ist gegangen ({ $network })
relay-left-why = { $name } ist gegangen ({ $network }): { $reason }
relay-quit = { $name } ist fort ({ $network })
relay-quit-why = { $name } ist fort ({ $network }): { $reason }
relay-removed = { $name } wurde entfernt ({ $network })
relay-removed-why = { $name } wurde entfernt ({ $network }): { $reason }
relay-renamed = { $was } heißt jetzt { $name } ({ $network })
relay-split = Server von { $network } haben einander verloren; aus dem Raum: { $names }{ $more ->
    [0] {""}
   *[other] {" "}und { $more } weitere
}
relay-back = Server von { $network } sehen einander wieder; zurück: { $names }{ $more ->
    [0] {""}
   *[other] {" "}und { $more } weitere
}
relay-encrypted = Was in diesem verschlüsselten Raum gesagt wird, ist unverschlüsselt auch hier zu lesen: { $rooms }.
bridge-linked = { $one } und { $other } sind jetzt ein Gespräch. Wo ich noch nicht bin, gehe ich hin; geht das nicht, sagt es helpdesk networks.
bridge-already = { $one } und { $other } sind schon ein Gespräch.
bridge-told = { $name } hat diesen Raum mit { $one } verbunden: Was hier gesagt wird, ist dort zu lesen und umgekehrt.
bridge-told-one-way = { $name } hat diesen Raum mit { $one } verbunden: Was dort gesagt wird, ist hier zu lesen.
bridge-told-unlinked = { $name } hat diesen Raum von { $one } getrennt: Was hier gesagt wird, ist dort nicht mehr zu lesen.
bridge-list = { $line }
bridge-linked-one-way = Was in { $one } gesagt wird, kommt jetzt nach { $other }.
bridge-unlinked = { $one } und { $other } sind nicht mehr verbunden.
bridge-empty = Keine Räume sind verbunden. { $prefix }bridge link NETZ:RAUM verbindet einen mit diesem.
bridge-none = { $one } und { $other } sind nicht verbunden.
bridge-same = Ein Raum ist mit sich selbst schon eins.
bridge-configured = { $one } und { $other } sind in der Konfiguration verbunden; das ändert, wer den Dienst betreibt.
bridge-private = { $one } und { $other } lassen sich nicht verbinden: In einem davon lesen nur Freiwillige.
bridge-where = Sag es im Raum, der verbunden werden soll, oder nenne beide: { $prefix }bridge link NETZ:RAUM NETZ:RAUM.
bridge-unknown = Das kann ich nicht verbinden. { $reason }
usage-bridge = { $prefix }bridge list · { $prefix }bridge link NETZ:RAUM [one-way] · { $prefix }bridge unlink NETZ:RAUM
help-bridge = Sagt, welche Räume ein Gespräch sind, verbindet diesen mit einem anderen, oder trennt sie.
usage-mod = { $prefix }mod ban|mute WER [for 2h] [Grund] · { $prefix }mod word MUSTER · { $prefix }mod rate N · { $prefix }mod list [WORT] · { $prefix }mod lift ID · { $prefix }mod log
help-mod = Wer nicht gehört wird, was nicht weitergegeben wird, wie schnell man sprechen darf. WER: NETZWERK:KONTO, nick!user@host, @name:server, ein Server oder ein Name, der gerade da war.
banned = Was du hier schreibst, wird nicht mehr angenommen.
