# The rights over one's own data
usage-forget = { $prefix }forget me
help-forget = Makes me forget who you are: your name goes everywhere, your open tickets are cancelled. I ask once more before I do it.
usage-export = { $prefix }export me
help-export = Sends you a link to all that I know of you.
forget-what = I would forget who you are: your names and accounts, what you asked directly, your role, your shifts, your page. Of your tickets ({ $tickets }) what was said in public stays, under nobody’s name; open ones ({ $open }) are cancelled. Nothing brings it back. { $prefix }export me first, if you want to keep it.
forget-sure = If you are sure, say { $prefix }forget me yes within { $minutes } minutes.
forget-sure-other = That would make the desk forget { $name }: { $tickets } tickets stay under nobody’s name, { $open } open ones are cancelled. Nothing brings it back. Say it again with yes.
forget-stays = What stands in rooms of { $networks } I can’t take back, and what others wrote down I don’t know of.
forget-configured = Your role stands in the configuration: the operator has to take your name out there.
forget-done = Done: I know you no more. Farewell, and come back whenever you like.
forget-done-other = Done: nothing here leads to { $name } any more.
forget-nobody = I know nobody by { $name }.
export-link = All that I know of you: { $url } (works for { $minutes } minutes; whoever has it can read it)
export-sent = I sent you the link directly.
export-no-web = That needs the website, which is off here. Ask the operator: helpdesk person export.
export-nothing = I know nothing of you yet.

web-export-title = What the desk knows of you
web-export-about = Everything that is kept of you: your accounts, your questions and tickets, what you did, what you said in linked rooms. Whoever has this address can read it, so keep it to yourself.
web-export-button = Save it as a file (JSON)
web-export-until = This address works until
web-export-expired = This address worked for an hour only. Say “export me” to the desk for a new one.
