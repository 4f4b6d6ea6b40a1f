# Veranstaltungen der Community, Ausleihen und Wünsche.

event-no-dates = noch ohne Datum
event-no-place = noch ohne Ort
event-no-kind = noch ohne Art
event-online = online, { $place }
event-online-only = online
event-task = #{ $number } { $what } (bis { $due })
event-task-claimed = #{ $number } { $what } (bis { $due }, { $name })
claimed-task = #{ $number } ist deins: { $text } · { $prefix }resolve { $number }, wenn es erledigt ist; { $prefix }release { $number } gibt es zurück.
task-has-no-asker = #{ $number } ist eine Aufgabe: niemand wartet auf Antwort. { $prefix }note { $number } … hält es fest, { $prefix }resolve { $number } schließt sie ab.
event-and = { $one }, { $rest }
event-more = { $row } … und { $count } weitere
event-late = **Überfällig:** { $tasks }
event-soon = Bald fällig: { $tasks }
event-open = Zu tun: { $tasks }
event-both = { $one } · { $other }
event-done = { $done } von { $count } erledigt.
event-state-planned = geplant
event-state-near = kurz vor dem Beginn
event-state-running = gerade im Gang
event-state-over = vorbei
event-state-cancelled = abgesagt
event-about = **{ $title }** (#{ $number }, { $tag }) ist { $state }: { $kind }, { $when }, { $place }. Kontakt: { $contact }
event-line-planned = #{ $number } **{ $title }**: { $when }, { $place }
event-line-near = #{ $number } **{ $title }** beginnt bald: { $when }, { $place }
event-line-running = #{ $number } **{ $title }** läuft gerade: { $when }, { $place }
event-list-empty = Es ist keine Veranstaltung geplant. Freiwillige tragen eine ein: { $prefix }event new TITEL · Art · Ort · Datum
event-list-more = … und { $count } weitere.
event-none = Es gibt keine Veranstaltung { $which }. { $prefix }event zählt sie auf; beginne mit ihrer Nummer.
event-not-yours = Veranstaltung #{ $number } ändern { $contact } und die Leitung.
event-closed = Veranstaltung #{ $number } ist vorbei oder abgesagt.
event-made = Veranstaltung #{ $number } ist eingetragen: **{ $title }**, { $when }, { $place }. { $tasks ->
        [0] Noch keine Aufgaben.
        [one] Eine Aufgabe.
       *[other] { $tasks } Aufgaben aus ihrer Checkliste.
    } Ihr Kürzel: { $tag }
event-told = { $name } hat Veranstaltung #{ $number } eingetragen: **{ $title }**, { $when }, { $place }. { $tasks ->
        [0] Noch keine Aufgaben.
        [one] Eine Aufgabe.
       *[other] { $tasks } Aufgaben.
    } Siehe { $prefix }event { $number }
event-missing = Es fehlt noch: { $first }{ $others ->
        [0] {""}
       *[other] {" "}(und { $others } weitere)
    }. Sag { $prefix }event set { $number } { $field } { $example }
event-missing-kind = Es fehlt noch: { $first }{ $others ->
        [0] {""}
       *[other] {" "}(und { $others } weitere)
    }. Sag { $prefix }event set { $number } kind { $example } (es gibt: { $kinds })
event-field-dates = wann sie ist
event-field-kind = welcher Art sie ist
event-field-place = wo sie ist (oder: online)
event-field-people = wie viele kommen
event-kinds = Von dieser Art habe ich keine Checkliste. Es gibt: { $kinds }
event-set = Veranstaltung #{ $number }: { $field } ist jetzt { $value }.{ $tasks ->
        [0] {""}
        [one] {" "}Eine Aufgabe ist angelegt.
       *[other] {" "}{ $tasks } Aufgaben sind angelegt.
    }
event-moved = Veranstaltung #{ $number } **{ $title }** ist verlegt: { $when }. Ihre Aufgaben sind mitgewandert.
event-past = Das ist in der Vergangenheit.
event-bad-date = { $said } ist kein Datum. Schreib es so: 2027-02-06 10:00 bis 18:00 Europe/Brussels
event-bad-time = { $said } ist keine Uhrzeit. Schreib es so: 2027-02-06 10:00 bis 18:00
event-bad-zone = { $said } ist keine Zeitzone, die ich kenne. Schreib eine wie Europe/Brussels oder UTC.
event-ends-before = Sie wäre zu Ende, bevor sie beginnt: { $said }
event-tag-taken = { $tag } ist vergeben oder kein Kürzel. Nimm ein paar Buchstaben und Ziffern.
event-cancelled = { $name } hat Veranstaltung #{ $number } abgesagt: **{ $title }**, { $when }. Ihre offenen Aufgaben entfallen.
event-cancelled-why = { $name } hat Veranstaltung #{ $number } abgesagt: **{ $title }**, { $when }: { $why }. Ihre offenen Aufgaben entfallen.
event-room = { $room } ist ein Raum von #{ $number } { $title }: was dort vom Vortag bis zum Ende gefragt wird, gehört zu ihr.
event-room-helpers = In { $room } arbeiten die Helfenden von #{ $number } { $title } vom Vortag bis zum Ende an ihren Tickets.
event-room-off = { $room } ist kein Raum von #{ $number } { $title } mehr.
event-room-where = Sag das in dem Raum, oder nenne ihn: { $prefix }event room { $number } NETZ:RAUM
event-room-unknown = { $room }: schreib NETZ:RAUM mit einem eingerichteten Netz ({ $networks }).
event-room-volunteers = { $room } ist schon ein Raum der Freiwilligen: die Tickets der Veranstaltung kommen ohnehin dorthin, solange sie keinen eigenen für Helfende hat.
event-not-startable = Veranstaltung #{ $number } läuft schon oder ist vorbei.
event-not-running = Veranstaltung #{ $number } läuft nicht.
event-begun = Veranstaltung #{ $number } **{ $title }** läuft jetzt.
event-over = Veranstaltung #{ $number } ist vorbei. In einem Tag gibt es eine Zusammenfassung; { $prefix }event digest { $number } zeigt sie gleich.
event-started = **{ $title }** beginnt. Bist du dort? Sag { $prefix }here { $tag }
event-started-here = **{ $title }** beginnt! Etwas geht nicht? Frag mich: „{ $desk }: im Saal ist der Ton weg“.
event-ended = **{ $title }** ist vorbei. { $waiting ->
        [0] Keine Frage ist offen
        [one] Eine Frage ist offen
       *[other] { $waiting } Fragen sind offen
    }, { $todo ->
        [0] nichts ist mehr zu tun.
        [one] eine Aufgabe bleibt.
       *[other] { $todo } Aufgaben bleiben.
    } Danke euch allen!
event-remind = #{ $number } **{ $title }** ({ $when }), noch niemand hat: { $tasks }
event-remind-you = Du hast für #{ $number } **{ $title }**: { $tasks }
event-roster = Bei { $title } sind jetzt: { $names }
event-roster-empty = Niemand hat gesagt, bei { $title } zu sein. Sag { $prefix }here { $number }, wenn du dort bist.
event-noted = Notiert für { $title } ({ $count }).
event-notes-full = Zu Veranstaltung #{ $number } gibt es zu viele Notizen. Mach einen Artikel daraus: { $prefix }event notes { $number }
event-draft = Der Entwurf des Artikels ist geschrieben: { $path }
event-draft-page = Der Entwurf des Artikels: { $url }
event-draft-nowhere = Es gibt keinen Ordner mit Artikeln, in den ich schreiben darf, und keine Website, um ihn zu zeigen.
digest = **{ $title }**, im Nachhinein: { $asked ->
        [0] öffentlich wurde nichts gefragt
        [one] eine Frage wurde öffentlich gestellt
       *[other] { $asked } Fragen wurden öffentlich gestellt
    }{ $asked ->
        [0] .
       *[other] , { $answered } habe ich beantwortet; { $tickets ->
            [0] an Menschen ging keine.
           *[other] { $tickets } gingen an Menschen, { $first }; { $people } haben geholfen, { $waiting } noch offen.
        }
    }
    { $gaps }
    { $loans } { $notes ->
        [0] Notizen gibt es keine.
        [one] Eine Notiz gibt es.
       *[other] { $notes } Notizen gibt es.
    } { $prefix }event notes { $number } macht aus alldem den Entwurf eines Artikels.
digest-first = die erste Antwort kam nach { $minutes ->
        [one] einer Minute
       *[other] { $minutes } Minuten
    } (Median)
digest-no-first = noch keine beantwortet
digest-gaps = Kein Artikel beantwortet: { $questions }
digest-no-gaps = Artikel haben alle beantwortet.
digest-unsure = Wo ich mir nicht sicher war, fragte niemand einen Menschen.
digest-no-questions = Von keinem Artikel wissen wir, dass er fehlt.
digest-loans = Noch nicht zurück: { $things }.
digest-no-loans = Alles Verliehene ist zurück.
here-on = Du hast Dienst bei { $title }. Danke! { $prefix }here off, wenn du gehst.
here-on-at = Du hast Dienst bei { $title }, { $place }. Danke! { $prefix }here off, wenn du gehst.
here-off = Du hast keinen Dienst mehr. Danke, dass du da warst!
here-not = Du hattest nirgends Dienst.
here-none = Keine Veranstaltung läuft oder beginnt innerhalb eines Tages.
here-which = Bei welcher? Sag { $prefix }here und eins davon: { $tags }

loan-line = #{ $number } { $what }: bei { $who } bis { $due }
loan-line-late = #{ $number } { $what }: bei { $who }, war **fällig am { $due }**
loan-made = Verliehen: { $loan }. Ich erinnere euch beide. { $prefix }loan return { $number }, wenn es zurück ist.
loan-made-unknown = Verliehen: { $loan }. Ich kenne die Person auf keinem Netz, also erinnere ich nur dich. { $prefix }loan return { $number }, wenn es zurück ist.
loan-past = Das ist in der Vergangenheit: bis wann bleibt es dort?
loan-none = Es gibt keine Ausleihe { $number }. { $prefix }loan list zählt sie auf.
loan-back = #{ $number } { $what } ist von { $who } zurück.
loan-back-already = #{ $number } { $what } ist schon zurück.
loan-list-empty = Nichts ist verliehen.
loan-list-more = … und { $count } weitere.
loan-remind-lender = Von dir verliehen: { $loan }. { $prefix }loan return { $number }, wenn es zurück ist.
loan-remind-borrower = Du hast etwas von uns: { $loan }. Bitte bring es zurück, oder sag, wenn du es länger brauchst.

need-noted = Als Wunsch { $number } notiert; die Leitung liest ihn. Du hörst, was daraus wird.
need-limit = Du hast mir heute { $count } Wünsche gesagt; sag mir bitte morgen mehr.
need-where = Sag das in einem Raum oder in einer Direktnachricht: dort antworte ich.
need-answer = Du brauchst: „{ $need }“. { $answer }
need-answer-several = { $names } brauchen: „{ $need }“. { $answer }
need-taken-article = Du brauchst: „{ $need }“. Wir schreiben einen Artikel dazu (#{ $number }).
need-taken-article-several = { $names } brauchen: „{ $need }“. Wir schreiben einen Artikel dazu (#{ $number }).
need-taken-task = Du brauchst: „{ $need }“. Wir haben es übernommen (#{ $number }).
need-taken-task-several = { $names } brauchen: „{ $need }“. Wir haben es übernommen (#{ $number }).
need-taken-form = Du brauchst: „{ $need }“. Das kannst du bekommen ({ $title }): ich frage dich direkt, was dafür nötig ist.
need-taken-form-several = { $names } brauchen: „{ $need }“. Das könnt ihr bekommen ({ $title }): ich frage euch einzeln direkt, was dafür nötig ist.
need-taken-request = Du brauchst: „{ $need }“. Das kannst du bekommen ({ $title }): sag { $command }
need-taken-request-several = { $names } brauchen: „{ $need }“. Das könnt ihr bekommen ({ $title }): sagt { $command }
needs-empty = Niemand hat mir einen Wunsch gesagt, der noch offen ist.
needs-line = { $number }) { $count ->
        [one] eine Person
       *[other] { $count } Personen
    }: { $text }
needs-line-private = { $number }) { $count ->
        [one] eine Person
       *[other] { $count } Personen
    }, privat gesagt: frag mich in einer Direktnachricht.
needs-more = … und { $count } weitere.
needs-said = { $number }) { $name }: { $text }
needs-hidden = { $count } davon privat gesagt: frag mich in einer Direktnachricht.
needs-none = Es gibt keinen Wunsch { $number }. { $prefix }needs zählt sie auf.
needs-done-answered = Wunsch { $number } ist beantwortet: { $answer }
needs-done-taken = Wunsch { $number } ist schon übernommen.
needs-answered = Wunsch { $number } ist beantwortet{ $count ->
        [one] {""}
       *[other] {" "}und alle ähnlichen, zusammen { $count }
    }.
needs-taken = Wunsch { $number } ist jetzt #{ $ticket }{ $count ->
        [one] {""}
       *[other] , mit allen ähnlichen, zusammen { $count }
    }; sie erfahren es.
needs-asked = Wunsch { $number }{ $count ->
        [one] {""}
       *[other] , mit allen ähnlichen, zusammen { $count },
    } ist mit request { $item } zu haben; sie erfahren, wie.
needs-items = Nenne, was es ist: { $items }

usage-event = { $prefix }event · { $prefix }event new TITEL · Art · Ort oder online · Datum · 40 Leute · Kontakt NAME · { $prefix }event N · { $prefix }event set N FELD Wert · { $prefix }event [room|start|end|cancel|roster|note|notes|digest] N
help-event = Zeigt Veranstaltungen und trägt sie ein. Felder: title, kind, place, online, dates, zone, people, contact, tag.
usage-here = { $prefix }here [Veranstaltung] [wo] · { $prefix }here off
help-here = Sagt, dass du bei einer laufenden Veranstaltung Dienst hast, bis sie endet oder du gehst.
usage-loan = { $prefix }loan WAS an WEN bis DATUM [event N] · { $prefix }loan return N · { $prefix }loan list
help-loan = Merkt sich, was verliehen ist: was, an wen, bis wann. Beide werden erinnert. Zu einem Ticket: { $prefix }loan #12 WAS an …
usage-need = { $prefix }need was du von uns brauchst
help-need = Sagt der Leitung, was du von der SIG brauchst; sie antwortet oder übernimmt es.
usage-needs = { $prefix }needs [N] · { $prefix }needs answer N Worte · { $prefix }needs article N · { $prefix }needs task N [Worte] · { $prefix }needs request N WAS
help-needs = Zeigt, was Menschen brauchen, nach Ähnlichkeit, und beantwortet oder übernimmt es für alle einer Gruppe.
