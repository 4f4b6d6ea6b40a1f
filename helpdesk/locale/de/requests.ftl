# Der Katalog der Anfragen und seine Formulare. Was in der Konfiguration steht, wird gesagt, wie es dort steht.

## Das Formular

request-list = Bitte mit { $prefix }request NAME um eins davon: { $names }
request-empty = Hier gibt es nichts, worum man mit einem Formular bitten kann. Frag mich in einem Satz, oder sag { $prefix }human.
request-waits = Dein Formular „{ $title }“ wartet: { $prefix }request resume macht weiter, { $prefix }request cancel verwirft es.
request-unknown = „{ $name }“ gibt es hier nicht.
request-unknown-near = „{ $name }“ gibt es hier nicht. Meinst du { $prefix }request { $near }?
request-begin = { $title }: { $count ->
    [one] eine Frage
   *[other] { $count } Fragen
  }. `zurück`, `skip`, `später` und `abbrechen` gehen jederzeit.
request-begin-room = { $title }: { $count ->
    [one] eine Frage
   *[other] { $count } Fragen
  }. Antworte mit meinem Namen davor (`{ $name }: …`) oder als Antwort darauf; auch `zurück`, `skip`, `später` und `abbrechen` gehen.
request-directly = Ich frage dich direkt: Was du antwortest, geht sonst niemanden etwas an.
request-resumed = Wo wir bei „{ $title }“ waren:
request-both = { $one } { $two }
request-joined = { $one } · { $two }
request-ask = ({ $at }/{ $of }) **{ $ask }** { $how }
request-ask-optional = ({ $at }/{ $of }) **{ $ask }** { $how } Oder `skip`.
request-part = { $name }: { $value }
request-yes = ja
request-no = nein
request-summary =
    { "" }**{ $title }** – { $answers }
    Soll ich es abschicken? `ja`, oder `ändern` und der Name dessen, was anders soll, oder `abbrechen`.
request-confirm = Sag `ja` zum Abschicken, `ändern` und den Namen dessen, was anders soll, `später` oder `abbrechen`.
request-not-yet = Es sind noch Fragen offen:
request-question = (Falls das eine Frage an mich ist, setz { $prefix }ask davor: Dein Formular wartet.)
request-no-skip = Darauf brauche ich eine Antwort. { $how }
request-no-field = So eine Frage gibt es nicht. Ändern kannst du: { $names }
request-cancelled = Das Formular ist verworfen; abgeschickt wurde nichts.
request-paused = Dein Formular bleibt 30 Tage liegen. { $prefix }request resume macht weiter, hier oder in jedem Netz, in dem ich dich kenne.
request-another = Du bist mitten in „{ $title }“. { $prefix }request resume macht damit weiter, { $prefix }request cancel verwirft es.
request-elsewhere = Dein Formular ist woanders. { $prefix }request resume holt es zu dir.
request-gone = Das gibt es nicht mehr; ich habe dein Formular verworfen.
request-no-form = Du hast kein Formular, mit dem es weitergeht. { $prefix }request zeigt, worum du bitten kannst.
request-no-request = Du hast in letzter Zeit um nichts gebeten. { $prefix }request zeigt, worum du bitten kannst.
request-where = Füll es im Chat aus oder hier: { $url }

## Was als Antwort gilt

request-how-text = In wenigen Worten.
request-how-long = In ein, zwei Sätzen.
request-how-choice = { $choices }
request-how-yes-no = Ja oder nein?
request-how-number = Als Zahl.
request-how-date = Etwa 2027-02-06 oder 6. Feb 2027.
request-how-address = Eine E-Mail-Adresse.
request-how-person = Als NETZ:NAME.
request-wrong-text = Das passt hier nicht. Schreib es bitte anders.
request-wrong-long = Das ist zu lang: höchstens { $count } Zeichen.
request-wrong-choice = Wähl bitte eins, mit Nummer oder Namen: { $choices }
request-wrong-yes-no = Sag bitte ja oder nein.
request-wrong-number = Schreib bitte eine ganze Zahl, etwa 25.
request-wrong-date = Diesen Tag verstehe ich nicht. Schreib ihn als 2027-02-06 oder 6. Feb 2027.
request-wrong-address = Das ist keine E-Mail-Adresse. Schreib eine wie anna@example.org.
request-wrong-person = Schreib das Netz und den Namen dort, etwa libera:anna.
request-wrong-hint = { $hint }
request-hint-list = Nimm 2 bis 40 kleine Buchstaben, Ziffern, Punkte oder Striche, etwa makers-discuss.

## Worum man bitten kann

request-title-mailing-list = Mailingliste
request-about-mailing-list = Eine Liste, auf der ihr euch im Projekt schreibt, mit Archiv.
request-ask-mailing-list-name = Wie soll die Liste heißen?
request-ask-mailing-list-purpose = Wofür ist sie?
request-ask-mailing-list-owner = Wer kümmert sich darum?
request-ask-mailing-list-second-owner = Wer kümmert sich noch darum?
request-ask-mailing-list-open-archive = Dürfen alle das Archiv lesen?
request-title-video-room = Videoraum
request-about-video-room = Ein Raum für ein Gespräch: ein Treffen, einen Vortrag, eine Runde.
request-ask-video-room-purpose = Worum geht es in dem Gespräch?
request-ask-video-room-people = Wie viele kommen?
request-ask-video-room-when = An welchem Tag? Lass es aus, wenn der Raum bleiben soll.
request-ask-video-room-recording = Wird es aufgezeichnet?
request-title-shared-folder = Gemeinsamer Ordner
request-about-shared-folder = Dateien, die eine Gruppe zusammen hat.
request-ask-shared-folder-name = Wie soll der Ordner heißen?
request-ask-shared-folder-purpose = Wofür ist er?
request-ask-shared-folder-members = Wer darf darin schreiben?
request-ask-shared-folder-public = Dürfen alle darin lesen?
request-title-calendar = Kalender
request-about-calendar = Termine, die eine Gruppe teilt.
request-ask-calendar-name = Wie soll der Kalender heißen?
request-ask-calendar-editors = Wer darf Termine eintragen?
request-ask-calendar-public = Dürfen alle ihn sehen?
request-title-account = Konto
request-about-account = Zugang zu einem unserer Dienste.
request-ask-account-service = Für welchen Dienst?
request-ask-account-name = Welchen Benutzernamen hättest du gern?
request-ask-account-address = Deine E-Mail-Adresse?
request-ask-account-reason = Wofür brauchst du es?
request-title-loan = Leihgerät
request-about-loan = Ein Beamer, ein Mikrofon, ein Laptop: für ein paar Tage.
request-ask-loan-what = Was möchtest du leihen?
request-ask-loan-from = Ab welchem Tag?
request-ask-loan-until = Bis zu welchem Tag?
request-ask-loan-where = Wo wird es sein?
request-title-event-kit = Veranstaltungspaket
request-about-event-kit = Was ein Treffen braucht: Ton, Bild, Netz, Strom, Leute.
request-ask-event-kit-event = Für welche Veranstaltung ist es?
request-ask-event-kit-when = An welchem Tag?
request-ask-event-kit-place = Wo?
request-ask-event-kit-people = Wie viele Leute erwartet ihr?
request-ask-event-kit-wishes = Was braucht ihr dort?

## Was daraus wird

because-request = Abgeschickt.
because-request-approval = Abgeschickt. Jemand muss noch zustimmen; ich habe gefragt.
request-agree =
    { "" }**#{ $number }**: { $name } in { $network } bittet um: { $text }
    Bist du einverstanden? { $prefix }grant { $number } · { $prefix }decline { $number } und warum
request-nobody = #{ $number } ({ $title }) wartet auf jemanden, der zustimmen darf, und sonst darf es niemand.
request-none = #{ $number } ist keine Anfrage.
request-not-yours = Über #{ $number } entscheiden andere.
request-own = #{ $number } ist deine eigene Anfrage: Darüber muss jemand anders entscheiden.
request-granted = { $name } hat deiner Anfrage #{ $number } zugestimmt; jemand kümmert sich darum.{ $words }
request-words = { " " }„{ $words }“
request-grant-done = #{ $number } ist bewilligt. Wer fragte, weiß es, und alle Freiwilligen auch.
request-declined = { $name } hat deine Anfrage #{ $number } abgelehnt: { $words }
request-declined-elsewhere = { $name } hat #{ $number } abgelehnt.
request-decline-done = #{ $number } ist abgelehnt. Wer fragte, weiß, warum.
request-ungranted = Über #{ $number } wird erst noch entschieden. Sobald jemand zustimmt, wird es angekündigt und angeboten.
request-is-approval = #{ $number } ist noch nicht bewilligt.
request-is-approved = #{ $number } ist schon bewilligt.
request-is-declined = #{ $number } ist abgelehnt.
request-is-delivered = #{ $number } ist schon übergeben.
request-handout = Wenn es da ist: { $prefix }deliver { $number } und das Ergebnis, das dann zu dem kommt, der fragte.
request-handout-article = So geht es: [{ $title }]({ $url }). Danach { $prefix }deliver { $number } und das Ergebnis.
request-delivered = **#{ $number }** ({ $title }) ist fertig, sagt { $name }: { $text }
request-delivered-directly = #{ $number } ({ $title }) ist fertig. Das Ergebnis habe ich dir direkt geschickt.
request-deliver-done = Das Ergebnis von #{ $number } ist unterwegs, und das Ticket ist zu. Danke!
request-secret-seen = Es ist ein Geheimnis: Ich bewahre es nirgends auf und habe es direkt gesagt. Aber hier lesen andere mit: Ändere es, wenn sie es nicht wissen sollen.
request-state-approval = wartet darauf, dass jemand zustimmt
request-state-declined = abgelehnt
request-state-delivered = übergeben
request-state-over = erledigt
request-line = #{ $number } { $title }: { $state }

## Befehle

usage-request = { $prefix }request [NAME] · { $prefix }request status|resume|back|skip|change FELD|send|pause|cancel
help-request = Zeigt, worum du die SIG bitten kannst, oder bittet Schritt für Schritt darum. Überall geht es mit deinem Formular weiter.
usage-grant = { $prefix }grant N [Worte]
help-grant = Stimmt einer Anfrage zu; dürfen das die, die die Konfiguration dafür nennt.
usage-decline = { $prefix }decline N warum
help-decline = Lehnt eine Anfrage ab; wer fragte, hört, warum.
usage-deliver = { $prefix }deliver N Ergebnis
help-deliver = Schickt, worum gebeten wurde, und schließt das Ticket. Ein Geheimnis wird direkt gesagt und nirgends aufbewahrt.
change-granted = bewilligt
change-declined = abgelehnt
change-delivered = übergeben

## Auf der Website

web-change-granted = bewilligt
web-change-declined = abgelehnt
web-change-delivered = übergeben
web-requests-title = Worum du bitten kannst
web-requests-lead = Such eins aus und füll das Formular aus. Dasselbe geht in jedem Chat, in dem ich bin.
web-requests-empty = Gerade gibt es nichts, worum man mit einem Formular bitten kann. Frag stattdessen in einem Satz.
web-requests-optional = kann leer bleiben
web-requests-yes = Ja
web-requests-no = Nein
web-requests-choose = Bitte wählen …
web-requests-send = Anfrage abschicken
web-requests-approval = Jemand muss erst zustimmen. Auf der Seite deiner Anfrage siehst du es.
web-requests-wrong = Manche Antworten brauchen noch einen Blick; was du geschrieben hast, ist noch da.
web-desk-ungranted = Darüber muss erst entschieden werden
web-desk-grant-words = Ein Wort für den, der fragte (beim Ablehnen: warum)
web-desk-grant = Bewilligen
web-desk-decline = Ablehnen
web-desk-grant-others = Wer entscheiden darf, ist gefragt. Vorher arbeitet niemand daran.
web-desk-deliver = Übergeben und schließen
