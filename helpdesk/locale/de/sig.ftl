## Die Leute der SIG

sig-invite = Möchtest du helfen? { $prefix }sig join sagt es der Leitung. Du kannst dazusagen: { $prefix }sig join skills: matrix, irc · languages: en, de · tz: Europe/Berlin · hours: mon-fri 18-22
sig-not-in = Du bist noch nicht in der SIG. { $prefix }sig join bittet darum.
sig-nobody = In der SIG kenne ich niemanden namens { $name }.
sig-any = beliebig
sig-none = keine
sig-main-queue = die eine
sig-a-mentor = jemand mit Erfahrung
sig-pending = Danke! Die Leitung erfährt es, und ich sage dir Bescheid. Bis dahin ändert { $prefix }sig set, was du gesagt hast.
sig-pending-still = Die Leitung weiß, dass du mitmachen willst; ich sage dir Bescheid. Was du gesagt hast, ist notiert.
sig-in-already = Du bist dabei, als { $role }.
sig-wants-to-join = { $name } ({ $who }) möchte mitmachen: Themen { $skills }; Sprachen { $languages }; { $zone }, Zeiten { $hours }.
    Leitung: { $prefix }sig approve { $who } [shadow|pair|solo] [mentor NAME] · { $prefix }sig refuse { $who } warum
sig-wants-to-join-words = { $name } ({ $who }) möchte mitmachen: „{ $words }“ Themen { $skills }; Sprachen { $languages }; { $zone }, Zeiten { $hours }.
    Leitung: { $prefix }sig approve { $who } [shadow|pair|solo] [mentor NAME] · { $prefix }sig refuse { $who } warum
sig-pending-list = { $count } möchten mitmachen: { $names }. Leitung: { $prefix }sig approve WER
sig-who = { $name } ({ $who }): { $role }, { $state }
sig-profile = Themen: { $skills } · Sprachen: { $languages } · Zeitzone: { $zone } · Zeiten: { $hours }
sig-more = Ruhe: { $quiet } · höchstens { $cap } Tickets · Warteschlangen: { $queues } · begleitet von: { $mentor }
sig-state-pending = wartet auf die Leitung
sig-state-active = aktiv
sig-state-break = in der Pause
sig-state-break-until = in der Pause bis { $until } UTC
sig-state-left = ausgeschieden
sig-above = { $name } hat eine höhere Rolle als du; das entscheidet jemand mit derselben.
sig-too-high = Du kannst niemanden zu { $role } machen: Niemand gibt mehr, als er hat.
sig-cannot-promote = { $name } ist { $role }. Sag, was daraus werden soll: { $prefix }sig promote { $name } pair|solo|lead
sig-cannot-demote = { $name } ist { $role }. Sag eine niedrigere Rolle, oder { $prefix }sig remove { $name }.
sig-promoted = Deine Rolle ist jetzt: { $role }. Danke für alles, was du tust!
sig-demoted = Deine Rolle ist jetzt: { $role }. Jemand aus der Leitung hat das geändert; frag ruhig, warum.
sig-welcome-shadow = Willkommen in der SIG! Du siehst die Warteschlange und machst Notizen: { $prefix }queue, { $prefix }show N, { $prefix }note N …. Frag { $mentor } alles.
sig-welcome-pair = Willkommen in der SIG! { $prefix }queue zeigt, was wartet, { $prefix }claim N nimmt es, { $prefix }answer N … schreibt; { $mentor } liest es, bevor es hinausgeht.
sig-welcome-solo = Willkommen in der SIG! { $prefix }queue zeigt, was wartet, { $prefix }claim N nimmt es, { $prefix }answer N … antwortet. { $mentor } hilft bei Fragen.
sig-removed-told = Die Leitung hat dich aus der SIG genommen. Danke für alles; deine Tickets sind für andere offen.
sig-not-pending = { $name } hat nicht darum gebeten.
sig-refused = Die Leitung kann dich zurzeit nicht in die SIG aufnehmen. Danke für die Frage!
sig-refused-why = Die Leitung kann dich zurzeit nicht in die SIG aufnehmen: { $why } Danke für die Frage!
sig-refused-done = { $name } erfährt es.
sig-no-mentor = { $name } kann sie nicht begleiten: Das muss jemand anders sein, der allein arbeitet.
sig-mentor = { $mentor } begleitet jetzt { $name }.
sig-mentor-none = Niemand Bestimmtes begleitet { $name }: Alle, die allein arbeiten, dürfen gegenlesen.
sig-mentor-told = { $mentor } begleitet dich jetzt: Frag alles.
sig-mentee-told = Du begleitest jetzt { $name }. Was geschrieben wird, kommt zuerst zu dir: { $prefix }approve N, { $prefix }return N warum.
sig-left = { $count ->
        [0] Danke für alles! Du bist nicht mehr in der SIG, und was du getan hast, bleibt dir angerechnet.
        [one] Danke für alles! Du bist nicht mehr in der SIG, dein Ticket ist für andere offen, und was du getan hast, bleibt dir angerechnet.
       *[other] Danke für alles! Du bist nicht mehr in der SIG, deine { $count } Tickets sind für andere offen, und was du getan hast, bleibt dir angerechnet.
    } { $prefix }sig join bringt dich zurück.
sig-left-told = { $name } ist nicht mehr in der SIG. Danke, { $name }!
sig-left-configured = Deine Rolle steht auch in der Konfiguration: Dir wird nichts mehr angeboten, und der Betrieb nimmt sie dort heraus.
ready-solo = { $name } ({ $who }) hat { $count } Tickets gut beantwortet, gegengelesen: bereit, allein zu arbeiten? { $prefix }sig promote { $who } solo
ready-pair = { $name } ({ $who }) hat eine Weile zugesehen und { $count } Notizen geschrieben: bereit, zu zweit zu arbeiten? { $prefix }sig promote { $who } pair
profile-unknown = „{ $key }“ kenne ich nicht. Schreib skills, languages, tz, hours, quiet, cap oder queues, etwa: hours: mon-fri 18-22
profile-cap = Schreib, wie viele Tickets zugleich, von 1 bis { $most }.
profile-language = „{ $word }“ ist keine Sprache, die ich kenne; schreib Kürzel wie en, de.
profile-queue = Eine Warteschlange „{ $name }“ gibt es nicht; es gibt: { $known }
profile-zone = „{ $name }“ ist keine Zeitzone; schreib eine wie Europe/Berlin, America/New_York oder UTC.
profile-hours = Die Zeiten „{ $text }“ kann ich nicht lesen; schreib sie wie mon-fri 18-22, sat 10-16
break-on = { $count ->
        [0] Gute Erholung!
        [one] Gute Erholung! Dein Ticket ist für andere offen.
       *[other] Gute Erholung! Deine { $count } Tickets sind für andere offen.
    } Dir wird nichts angeboten bis { $prefix }back.
break-until = { $count ->
        [0] Gute Erholung!
        [one] Gute Erholung! Dein Ticket ist für andere offen.
       *[other] Gute Erholung! Deine { $count } Tickets sind für andere offen.
    } Dir wird nichts angeboten bis { $until } UTC oder { $prefix }back.
break-length = Wie lange das ist, kann ich nicht lesen: { $prefix }break 2w, { $prefix }break 3 Tage, oder nur { $prefix }break.
break-over = Deine Pause ist vorbei: schön, dass du wieder da bist.
back-here = Schön, dass du wieder da bist! { $prefix }next gibt dir etwas zu tun.
back-already = Du bist da. { $prefix }next gibt dir etwas zu tun.

## Mehrere Konten, eine Person

link-guest = Verbinden kann ich nur angemeldete Konten (im IRC: bei NickServ).
link-code = Sag innerhalb von { $minutes } Minuten { $prefix }link { $code } von deinem anderen Konto aus. Dann werden beide gefragt. Gib den Code niemandem.
link-unknown = Diesen Code kenne ich nicht, oder seine Zeit ist um. { $prefix }link, vom anderen Konto aus, macht einen neuen.
link-own = Das ist dein eigener Code: Sag ihn vom anderen Konto aus.
link-tries = Das war zu oft. Versuch es in einer Stunde wieder.
link-asked = { $name } ({ $who }) will eine Person mit dir sein: dieselben Tickets, dieselben Rechte. Bist du das, sag hier { $prefix }link yes. Wenn nicht, { $prefix }link no.
link-taken = Der Code ist von { $name } ({ $who }). Ihr werdet eine Person: dieselben Tickets, dieselben Rechte. Bist du das auch, sag hier { $prefix }link yes, und dort ebenso. Wenn nicht, { $prefix }link no.
link-nothing = Nichts wartet auf ein Ja. { $prefix }link fängt an.
link-half = Notiert. Jetzt { $prefix }link yes als { $name } ({ $who }).
link-declined = { $name } ({ $who }) hat nein gesagt; nichts wurde verbunden.
link-dropped = Nichts wurde verbunden.
link-done = Du und { $name } ({ $who }) seid jetzt eine Person. { $prefix }whoami nennt deine Konten, { $prefix }unlink trennt sie.
unlink-only = Dieses Konto steht für sich. { $prefix }link verbindet ein anderes damit.
unlink-which = Deine Konten: { $names }. Welches soll gehen? { $prefix }unlink NETZ:NAME
unlink-not-yours = Das ist keines deiner Konten; { $prefix }unlink nennt sie.
unlink-done = { $who } steht jetzt für sich, mit dem, was es gefragt hat. Was von dort bearbeitet wurde, bleibt beim anderen Konto.
unlink-told = { $who } wurde von deinen anderen Konten getrennt.
whoami-also = Dich kenne ich auch als: { $names }
usage-link = { $prefix }link · { $prefix }link CODE · { $prefix }link yes|no
help-link = Verbindet deine Konten in mehreren Netzen zu einer Person: überall dieselben Tickets und Rechte. Es braucht einen Code und ein Ja von beiden.
usage-unlink = { $prefix }unlink NETZ:NAME
help-unlink = Trennt eines deiner Konten von den anderen.
usage-break = { $prefix }break [2w] [warum]
help-break = Übergibt alles, woran du arbeitest, und bietet dir nichts an, bis du zurück bist.
usage-back = { $prefix }back
help-back = Beendet deine Pause.
