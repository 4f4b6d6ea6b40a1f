# Die Website.

# Rahmen
web-skip = Zum Inhalt springen
web-nav-label = Hauptmenü
web-nav-ask = Fragen
web-nav-articles = Artikel
web-nav-desk = Schalter
web-footer = Hier antworten Freiwillige, mit Sorgfalt und wann sie können.
web-crumbs = Wo du bist

# Fragen
web-home-title = Hilfe bekommen
web-home-heading = Wie können wir helfen?
web-home-lead = Frag mit deinen eigenen Worten. In Sekunden kommt eine Antwort aus unseren Artikeln, oder ein Mensch übernimmt.
web-ask-label = Deine Frage
web-ask-placeholder = Wie bekomme ich eine Mailingliste für mein Projekt?
web-ask-more-placeholder = Schreib eine Nachricht …
web-ask-button = Fragen
web-ask-human = Mit einem Menschen sprechen
web-chat-label = Gespräch
web-chat-you = Du
web-chat-working = Wir sehen nach …
web-chat-lost = Die Verbindung ist weg. Neuer Versuch …
web-chat-failed = Das wurde nicht gesendet. Versuch es noch einmal.
web-chat-reload = Nach neuen Nachrichten sehen
web-feedback-label = Hat das geholfen?
web-choices-label = Was meinst du?
web-button-yes = Hat geholfen
web-button-no = Nicht ganz
web-button-more = Mehr dazu
web-button-human = Einen Menschen fragen
web-said-yes = Das hat geholfen.
web-said-no = Das hat nicht geholfen.
web-said-more = Erzähl mir mehr.
web-said-human = Ich möchte mit einem Menschen sprechen.
web-mine-title = Deine Anfragen
web-topics-title = In den Artikeln stöbern
web-topic-count = { $n ->
    [one] { $n } Artikel
   *[other] { $n } Artikel
}

# Artikel und Suche
web-kb-title = Artikel
web-kb-empty = Es gibt noch keine Artikel.
web-kb-other = Weiteres
web-kb-volunteers = für Freiwillige
web-article-contents = Auf dieser Seite
web-article-not-helped = Nicht das Richtige?
web-article-ask = Frag uns
web-search-title = Suche
web-search-label = In den Artikeln suchen
web-search-placeholder = In den Artikeln suchen
web-search-button = Suchen
web-search-count = { $n ->
    [0] Nichts gefunden zu „{ $query }“
    [one] Ein Treffer zu „{ $query }“
   *[other] { $n } Treffer zu „{ $query }“
}
web-search-nothing = Versuch es mit weniger oder anderen Worten, oder frag uns: Was wir noch nicht beantworten können, geht an einen Menschen.
web-search-meant = Meintest du
web-search-options = { $n ->
    [0] Nichts beginnt so
    [one] Ein Artikel; mit den Pfeiltasten wählen
   *[other] { $n } Artikel; mit den Pfeiltasten wählen
}
web-search-help = So kannst du suchen
web-search-help-phrase = diese Wörter nebeneinander
web-search-help-signs = das eine muss vorkommen, das andere nicht
web-search-help-begins = Wörter, die so beginnen
web-search-help-or = das eine oder das andere; auch AND, NOT und Klammern gehen
web-search-help-field-title = nur in Titeln
web-search-help-field-tag = Artikel mit diesem Schlagwort
web-search-help-field-lang = Artikel in dieser Sprache
web-article-translations = Dieser Artikel in anderen Sprachen
web-article-stale = Diese Übersetzung ist vielleicht veraltet. Neuer:

# Die private Seite einer Anfrage
web-ticket-title = Anfrage #{ $number }
web-ticket-about-open = Sobald jemand frei ist, sieht sich das ein Freiwilliger an. Die Antwort siehst du hier.
web-ticket-about-claimed = Jemand arbeitet daran. Die Antwort siehst du hier.
web-ticket-about-waiting = Es gibt eine Rückfrage an dich.
web-ticket-about-answered = Es gibt eine Antwort. Schreib zurück, wenn sie nicht geholfen hat.
web-ticket-about-resolved = Das wurde beantwortet. Schreib noch einmal, wenn es nicht geholfen hat.
web-ticket-about-cancelled = Du hast die Anfrage zurückgezogen. Niemand arbeitet mehr daran.
web-ticket-about-merged = Das geht in einem anderen Ticket weiter; dessen Antwort erreicht auch dich.
web-ticket-about-closed = Das wurde beantwortet und ist abgeschlossen. Schreib noch einmal, wenn es nicht geholfen hat.
web-ticket-more-label = Mehr schreiben
web-ticket-more-placeholder = Etwas ergänzen oder antworten …
web-ticket-send = Senden
web-ticket-cancel = Ich brauche dabei keine Hilfe mehr
web-ticket-cancel-sure = Die Freiwilligen hören dann auf, daran zu arbeiten.
web-ticket-cancel-yes = Anfrage zurückziehen
web-ticket-keep-link = Diese Seite ist privat: Wer ihre Adresse hat, kann hier lesen und schreiben. Heb den Link auf, um wiederzukommen.
web-status-open = offen
web-status-claimed = in Arbeit
web-status-waiting = wartet auf Rückmeldung
web-status-resolved = beantwortet
web-status-cancelled = zurückgezogen
web-status-merged = in einem anderen Ticket
web-status-closed = abgeschlossen

# Mitmachen
web-join-title = Mitmachen
web-join-volunteer-role = Du bist eingeladen, als Freiwillige oder Freiwilliger Fragen zu beantworten.
web-join-lead-role = Du bist eingeladen, die Leitung mit zu übernehmen: Fragen beantworten und bestimmen, wer es noch darf.
web-join-name = Der Name, den andere sehen
web-join-once = Der Link gilt einmal, in diesem Browser.
web-join-button = Mitmachen

# Der Schalter
web-desk-title = Schalter
web-desk-tabs = Welche Anfragen
web-desk-open = Offen
web-desk-closed = Erledigt
web-desk-you = Du bist { $name }
web-desk-leave = Abmelden
web-desk-none = Niemand wartet. Zeit für einen Tee.
web-desk-none-closed = Noch ist nichts erledigt.
web-desk-changed = Die Liste hat sich geändert.
web-desk-ticket-changed = Diese Anfrage hat sich geändert.
web-desk-private = privat gefragt
web-desk-from = { $name } auf { $network }
web-desk-claimed-by = bei { $name }
web-desk-yours = bei dir
web-desk-no-topic = Ohne Thema
web-desk-told = Nachrichten an dich
web-desk-reply-label = Deine Antwort
web-desk-note-label = Eine Notiz für die anderen Freiwilligen
web-desk-answer = Antwort senden
web-desk-ask-back = Zurückfragen
web-desk-note = Als Notiz behalten
web-desk-claim-first = Übernimm die Anfrage, um zu antworten.
web-desk-actions = Was mit der Anfrage geschehen soll
web-desk-claim = Übernehmen
web-desk-release = Zurückgeben
web-desk-resolve = Erledigt
web-desk-reopen = Wieder öffnen
web-desk-look-up = In den Artikeln nachsehen
web-desk-history = Verlauf
web-kind-note = Notiz
web-kind-ask-back = Rückfrage
web-change-opened = gefragt
web-change-asker = dazu geschrieben
web-change-answer = beantwortet
web-change-ask-back = zurückgefragt
web-change-claimed = übernommen
web-change-released = zurückgegeben
web-change-resolved = erledigt
web-change-reopened = wieder geöffnet
web-change-cancelled = zurückgezogen
web-change-closed = abgeschlossen
web-change-note = Notiz
web-change-undelivered = konnte nicht zugestellt werden
web-age-now = gerade eben
web-age-minutes = vor { $n } min
web-age-hours = vor { $n } h
web-age-days = { $n ->
    [one] vor { $n } Tag
   *[other] vor { $n } Tagen
}

# Wenn etwas schiefgeht
web-error-home = Zur Startseite
web-error-back = Zurück
web-error-draft = Was du geschrieben hast
web-error-bad-request = Das konnten wir nicht lesen. Geh zurück und versuch es noch einmal.
web-error-empty = Da standen keine Worte drin.
web-error-name = Schreib den Namen, den andere sehen sollen.
web-error-form = Dieses Formular ist abgelaufen. Geh zurück, lade die Seite neu und sende es noch einmal. Die Seite braucht dafür Cookies.
web-error-forbidden = Das steht dir nicht offen.
web-error-not-member = Der Schalter ist für Freiwillige. Wenn du mitmachen willst, bitte die Leitung um einen Einladungslink, oder frag auf der Startseite, wie es geht.
web-error-not-found = Diese Seite gibt es nicht.
web-error-method = Das geht hier nicht.
web-error-conflict = Jemand war schneller.
web-error-limit = Das ist viel auf einmal. Lass uns erst antworten.
web-error-too-large = Das ist zu lang. Kürze es und sende es noch einmal.
web-error-expired = Das wurde nur eine Zeit lang aufgehoben und ist jetzt weg. Frag in dem Raum, aus dem du den Link hast.
web-error-file-later = Die Datei lässt sich gerade nicht holen. Versuch es in einer Weile noch einmal.
web-error-file-gone = Diese Datei gibt es nicht mehr. Frag in dem Raum, aus dem du den Link hast.
web-error-file-too-large = Diese Datei ist größer als das, was hier weitergegeben wird. Frag in dem Raum, aus dem du den Link hast.
web-error-slow-down = Das war zu schnell. Versuch es in { $seconds ->
    [one] einer Sekunde
   *[other] { $seconds } Sekunden
} wieder.
web-error-invitation = Diese Einladung gilt nicht: Sie wurde benutzt, ist abgelaufen, oder die Adresse ist nicht vollständig. Bitte die Leitung um eine neue.
web-error-internal = Bei uns ist etwas kaputtgegangen. Es wurde notiert; bitte versuch es noch einmal.

# Was die Brücke aufhebt
web-page-lines = { $n ->
    [one] Eine Zeile
   *[other] { $n } Zeilen
}
web-page-about = Gesagt in einem Raum, der mit anderen verbunden ist. Wer diese Adresse hat, kann es lesen; Suchmaschinen nicht.
web-page-until = Aufgehoben wird es bis
web-desk-writing = { $name } schreibt gerade …
