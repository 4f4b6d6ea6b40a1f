# Die Rechte an den eigenen Daten
usage-forget = { $prefix }forget me
help-forget = Lässt mich vergessen, wer du bist: dein Name verschwindet überall, deine offenen Tickets werden abgebrochen. Ich frage noch einmal nach.
usage-export = { $prefix }export me
help-export = Schickt dir einen Link zu allem, was ich von dir weiß.
forget-what = Ich würde vergessen, wer du bist: deine Namen und Konten, was du direkt gefragt hast, deine Rolle, deine Schichten, deine Seite. Von deinen Tickets ({ $tickets }) bleibt, was öffentlich gesagt wurde, unter niemandes Namen; offene ({ $open }) werden abgebrochen. Nichts bringt es zurück. Vorher { $prefix }export me, wenn du es behalten willst.
forget-sure = Wenn du sicher bist, sag innerhalb von { $minutes } Minuten { $prefix }forget me yes.
forget-sure-other = Damit würde vergessen, wer { $name } ist: { $tickets } Tickets bleiben unter niemandes Namen, { $open } offene werden abgebrochen. Nichts bringt es zurück. Sag es noch einmal mit yes.
forget-stays = Was in Räumen von { $networks } steht, kann ich nicht zurückholen, und was andere sich notiert haben, weiß ich nicht.
forget-configured = Deine Rolle steht in der Konfiguration: dort muss der Betreiber deinen Namen entfernen.
forget-done = Fertig: ich kenne dich nicht mehr. Leb wohl, und komm wieder, wann du magst.
forget-done-other = Fertig: nichts hier führt mehr zu { $name }.
forget-nobody = Ich kenne niemanden namens { $name }.
export-link = Alles, was ich von dir weiß: { $url } (geht { $minutes } Minuten lang; wer ihn hat, kann es lesen)
export-sent = Ich habe dir den Link direkt geschickt.
export-no-web = Das braucht die Website, und die ist hier aus. Frag den Betreiber: helpdesk person export.
export-nothing = Von dir weiß ich noch nichts.

web-export-title = Was von dir bekannt ist
web-export-about = Alles, was von dir aufbewahrt wird: deine Konten, deine Fragen und Tickets, was du getan und was du in verbundenen Räumen gesagt hast. Wer diese Adresse hat, kann es lesen, also behalte sie für dich.
web-export-button = Als Datei speichern (JSON)
web-export-until = Diese Adresse geht bis
web-export-expired = Diese Adresse ging nur eine Stunde lang. Sag “export me”, dann gibt es eine neue.
