## Was Neue schreiben, von einer Mentorin gelesen

draft-waits = **#{ $number }**, { $name } würde antworten: { $text }
    { $prefix }approve { $number } sendet es · { $prefix }approve { $number } andere Worte · { $prefix }return { $number } warum
draft-waits-private = **#{ $number }**: { $name } hat etwas zu sagen, und jemand mit Erfahrung soll es lesen. { $prefix }drafts { $number } zeigt es dir.
draft-still-waits = **#{ $number }**: Was { $name } schrieb, wartet noch darauf, gelesen zu werden: { $text }
    { $prefix }approve { $number } sendet es · { $prefix }approve { $number } andere Worte · { $prefix }return { $number } warum
draft-still-waits-private = **#{ $number }**: Was { $name } schrieb, wartet noch darauf, gelesen zu werden. { $prefix }drafts { $number } zeigt es dir.
draft-kept = { $mentor } liest deine Worte zu #{ $number } zuerst. Ein neues { $prefix }answer { $number } ersetzt sie, { $prefix }withdraw { $number } nimmt sie zurück.
draft-kept-any = Jemand mit Erfahrung liest deine Worte zu #{ $number } zuerst. Ein neues { $prefix }answer { $number } ersetzt sie, { $prefix }withdraw { $number } nimmt sie zurück.
draft-none = Zu #{ $number } wartet nichts darauf, gelesen zu werden.
draft-none-own = Zu #{ $number } wartet nichts von dir.
draft-own = Deine eigenen Worte brauchen ein zweites Paar Augen: #{ $number } sendet jemand anders. { $prefix }withdraw { $number } nimmt sie zurück.
draft-asker = #{ $number } ist deine eigene Frage: Die Antwort liest jemand anders.
draft-approve-thanks = Gesendet, als Antwort von { $name } auf #{ $number }. Danke!
draft-approved = { $mentor } hat gesendet, was { $name } zu #{ $number } schrieb.
draft-sent = { $mentor } hat deine Worte zu #{ $number } so gesendet, wie sie sind. Gut gemacht!
draft-sent-edited = { $mentor } hat deine Worte zu #{ $number } gesendet, und zwar so: { $text }
draft-return-thanks = { $name } hat #{ $number } zurück, mit deinen Worten.
draft-returned = { $mentor } gibt dir deine Worte zu #{ $number } zurück: { $why }
    Du schriebst: { $text }
    { $prefix }answer { $number } … versucht es noch einmal; es ist deins wie zuvor.
draft-withdrawn = Zurückgenommen. #{ $number } ist deins wie zuvor.
draft-whole = **#{ $number }** fragt: { $asked }
    { $name } würde sagen: { $text }
    { $prefix }approve { $number } sendet es · { $prefix }approve { $number } andere Worte · { $prefix }return { $number } warum
draft-line = #{ $number } { $name }: { $text }
draft-line-private = #{ $number } { $name }, privat gefragt: { $prefix }drafts { $number }
drafts-none = Nichts wartet darauf, gelesen zu werden.
drafts-rest = … und { $count } weitere.
change-draft = zum Gegenlesen
change-approved = gegengelesen und gesendet
change-returned = zurückgegeben
change-withdrawn = zurückgenommen
usage-approve = { $prefix }approve N [andere Worte]
help-approve = Sendet, was jemand Neues schrieb, wie es ist oder in deinen Worten. Beiden wird es angerechnet.
usage-return = { $prefix }return N warum
help-return = Gibt die Worte zurück, mit einem freundlichen Grund. Das Ticket bleibt bei ihnen.
usage-withdraw = { $prefix }withdraw N
help-withdraw = Nimmt deine Worte zurück, solange sie darauf warten, gelesen zu werden.
usage-drafts = { $prefix }drafts [N]
help-drafts = Listet, was gelesen werden will; mit einer Nummer die Worte selbst.
web-change-draft = zum Gegenlesen
web-change-approved = gegengelesen und gesendet
web-change-returned = zurückgegeben
web-change-withdrawn = zurückgenommen

## Die Website: Worte zum Gegenlesen, und die eigenen Konten

web-desk-draft = Was { $name } schrieb, will gelesen werden
web-desk-draft-words = So wird es gesendet, im Namen derer, die es schrieben
web-desk-approve = Senden
web-desk-return-why = Was fehlt noch? Wer es schrieb, liest es.
web-desk-return = Zurückgeben
web-desk-draft-own = Jemand mit Erfahrung liest es zuerst. Neue Worte ersetzen diese.
web-desk-withdraw = Zurücknehmen
web-desk-to-mentor = Gegenlesen lassen
web-desk-shadow = Du siehst vorerst zu: Was du hier schreibst, ist eine Notiz für die anderen Freiwilligen.
web-me-title = Du
web-me-role = Deine Rolle: { $role }
web-me-accounts = Deine Konten
web-me-here = hier
web-me-unlink = Trennen
web-me-link = Eine Person in allen Netzen
web-me-link-how = Tickets, Rechte und Dienstplan sind dann von überall dieselben. Eine Seite bekommt einen Code, die andere sagt ihn, und beide sagen ja.
web-me-code = Code holen
web-me-enter = Ein Code von deinem anderen Konto
web-me-enter-button = Code einlösen
web-me-yes = Ja, das bin ich auch
web-me-no = Nein, das bin ich nicht
web-join-shadow-role = Du wurdest eingeladen, zuzusehen und zu lernen: Du siehst die Warteschlange und schreibst Notizen für die anderen Freiwilligen.
web-join-pair-role = Du wurdest eingeladen, Fragen zu beantworten; anfangs liest jemand mit Erfahrung, was du schreibst, bevor es hinausgeht.
