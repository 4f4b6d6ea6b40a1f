# Dank, und was jemand getan hat
usage-thanks = { $prefix }thanks [N oder @wer] [Worte]
help-thanks = Sagt danke: wer Ticket N beantwortet hat, oder dein letztes, oder @wer; wer den Artikel schrieb, erfährt es auch.
usage-me = { $prefix }me
help-me = Zeigt, was du getan hast, welcher Dank dafür kam, und was du gerade hast. Nur du siehst es.

thanks-passed-on = Dein Dank geht an { $names }.
thanks-article = Danke! Das zählt für den Artikel.
thanks-already = Dafür hast du schon gedankt, und es ist unterwegs.
thanks-self = Nett, aber das muss jemand anderes sagen.
thanks-nobody = Ich kenne niemanden im Team, der { $name } heißt. { $prefix }thanks N dankt, wer Ticket N beantwortet hat.
thanks-which = Mehrere heißen { $name }: { $names }. Sag { $prefix }thanks @NETZ:NAME.
thanks-not-yet = #{ $number } hat noch niemand beantwortet.
thanks-told = Dank für dich: { $lines }
thanks-told-more = { $first } · und { $count } weitere

me-recent = In { $days } Tagen: { $deeds }.
me-ever = Insgesamt: { $deeds }.
me-load = Du hast { $claims } von { $cap } Tickets.
me-asked = Du hast { $count ->
    [one] ein Ticket
   *[other] { $count } Tickets
} gefragt.
me-nothing = Noch nichts. Alles zählt hier: Antworten, Notizen, Sortieren, Zusammenführen, Begleiten, Artikel.
me-none = nichts
me-and = { $first } · { $rest }
me-answers = { $count ->
    [one] 1 Antwort
   *[other] { $count } Antworten
}
me-solved = { $count } gelöst
me-triage = { $count } sortiert
me-merges = { $count } zusammengeführt
me-mentoring = { $count } begleitet
me-notes = { $count ->
    [one] 1 Notiz
   *[other] { $count } Notizen
}
me-articles = { $count ->
    [one] 1 Artikel
   *[other] { $count } Artikel
}
me-thanks = { $count } × Dank

# Berichte für Leads
usage-report = { $prefix }report [week|month|90d|year] [QUEUE]
help-report = Zeigt Leads, wie es läuft: wie lange Leute warten, was gelöst wurde, wer zu viel hat, was fehlt.
report-counts = { $span }: { $opened } gestellt, { $resolved } gelöst, { $open } jetzt offen.
report-first = Erste Antwort: Median { $median }, 9 von 10 in { $p90 }.
report-first-hours = Erste Antwort: Median { $median }, 9 von 10 in { $p90 } (Median { $hours } in unseren Zeiten).
report-within = Beantwortet in 24 h: { $day }, in 72 h: { $three }.
report-resolution = Gelöst: Median { $median }, 9 von 10 in { $p90 }.
report-resolution-hours = Gelöst: Median { $median }, 9 von 10 in { $p90 } (Median { $hours } in unseren Zeiten).
report-solved = Gelöst, sagen die Fragenden: { $confirmed }; angenommen, weil niemand widersprach: { $assumed }; verneint: { $denied }.
report-worry-share = { $name } gibt sehr viele aller Antworten. Wer könnte etwas davon übernehmen?
report-worry-claims = { $name } hat mehr Tickets, als gewünscht war. Frag, ob andere welche übernehmen sollen.
report-worry-days = { $name } war in den letzten zwei Wochen fast jeden Tag da. Dank dafür, und biete eine Pause an.
report-worry-nights = { $name } hat zuletzt oft nachts gearbeitet. Frag, wie es geht.
report-alone = Nur eine Person beantwortet: { $topics }. Wer könnte es lernen?
report-growing = Es wächst: { $topics }.
report-gaps = Leute fragen, und niemand ist da: { $hours } ({ $zone }).
report-hour = { $day } { $hour } Uhr
report-and = { $first }, { $rest }
report-partial = Es gibt mehr, als gezählt wurde: die Seite oder eine kürzere Zeit zeigt alles.
report-page = Alles: { $url }
report-day-mon = Mo
report-day-tue = Di
report-day-wed = Mi
report-day-thu = Do
report-day-fri = Fr
report-day-sat = Sa
report-day-sun = So

# Die Seite für Leads
web-report-title = Wie es läuft
web-report-link = Bericht
web-report-leads = Berichte sind für Leads.
web-report-spans = Wie weit zurück
web-report-span-week = Woche
web-report-span-month = Monat
web-report-span-quarter = Quartal
web-report-span-year = Jahr
web-report-queues = Warteschlangen
web-report-all = Alle
web-report-main = Die allgemeine
web-report-opened = Gestellt
web-report-resolved = Gelöst
web-report-open = Jetzt offen
web-report-day = Beantwortet in 24 h
web-report-three = Beantwortet in 72 h
web-report-confirmed = Gelöst, sagen die Fragenden
web-report-assumed = Angenommen gelöst: niemand widersprach
web-report-denied = Nicht gelöst, sagen die Fragenden
web-report-unsaid = Kürzlich gelöst, noch nichts gesagt
web-report-median = Median
web-report-p90 = 9 von 10 in
web-report-median-hours = Median, in unseren Zeiten
web-report-p90-hours = 9 von 10, in unseren Zeiten
web-report-first = Erste Antwort
web-report-resolution = Lösung
web-report-weeks = Gestellt und gelöst, Woche für Woche
web-report-weeks-about = Zwei Balken je Woche: links, wie viele Tickets aufgemacht, rechts, wie viele gelöst wurden.
web-report-week = Woche vom { $day }: { $opened } gestellt, { $resolved } gelöst
web-report-hours = Wann Leute fragen
web-report-hours-about = Eine Zeile für jeden Tag, ein Feld für jede Stunde: je dunkler, desto mehr Tickets wurden gestellt. Ein Rahmen: dann hat niemand Dienst.
web-report-cell = { $day } { $hour } Uhr: { $opened } gestellt, erste Antwort nach { $waited }
web-report-topics = Wonach Leute fragen
web-report-topics-about = Ein Balken für jedes Thema, so lang wie die Zahl seiner Tickets.
web-report-people = Wer was tut
web-report-people-about = Nach Namen, nicht nach Rang. Tage und Nächte der letzten zwei Wochen.
web-report-name = Name
web-report-answers = Antworten
web-report-deeds = Alles Getane
web-report-claims = Hat jetzt
web-report-days = Tage
web-report-nights = Nächte
web-report-nobody = In dieser Zeit hat niemand etwas getan.
web-report-alone = Themen, die nur eine Person beantwortet
web-report-growing = Themen, die wachsen
web-report-tables = Als Tabellen
