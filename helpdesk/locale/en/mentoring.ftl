## A pair's words, read by a mentor

draft-waits = **#{ $number }**, { $name } would answer: { $text }
    { $prefix }approve { $number } sends it · { $prefix }approve { $number } other words · { $prefix }return { $number } why
draft-waits-private = **#{ $number }**: { $name } has words for its asker, and a mentor is to read them. { $prefix }drafts { $number } shows them to you.
draft-still-waits = **#{ $number }**: { $name }’s words still wait for a mentor: { $text }
    { $prefix }approve { $number } sends it · { $prefix }approve { $number } other words · { $prefix }return { $number } why
draft-still-waits-private = **#{ $number }**: { $name }’s words still wait for a mentor. { $prefix }drafts { $number } shows them to you.
draft-kept = { $mentor } reads your words for #{ $number } first. A new { $prefix }answer { $number } takes their place, { $prefix }withdraw { $number } takes them back.
draft-kept-any = A mentor reads your words for #{ $number } first. A new { $prefix }answer { $number } takes their place, { $prefix }withdraw { $number } takes them back.
draft-none = Nothing waits for a mentor on #{ $number }.
draft-none-own = Nothing of yours waits for a mentor on #{ $number }.
draft-own = Your own words want another pair of eyes: somebody else sends #{ $number }. { $prefix }withdraw { $number } takes them back.
draft-asker = #{ $number } is your own question: somebody else reads its answer.
draft-approve-thanks = Sent, as { $name }’s answer to #{ $number }. Thank you!
draft-approved = { $mentor } sent { $name }’s words for #{ $number }.
draft-sent = { $mentor } sent your words for #{ $number } as they are. Well done!
draft-sent-edited = { $mentor } sent your words for #{ $number }, put like this: { $text }
draft-return-thanks = { $name } has #{ $number } back, with your words.
draft-returned = { $mentor } gives your words for #{ $number } back to you: { $why }
    You wrote: { $text }
    { $prefix }answer { $number } … tries again; it is yours as before.
draft-withdrawn = Taken back. #{ $number } is yours as before.
draft-whole = **#{ $number }** asks: { $asked }
    { $name } would say: { $text }
    { $prefix }approve { $number } sends it · { $prefix }approve { $number } other words · { $prefix }return { $number } why
draft-line = #{ $number } { $name }: { $text }
draft-line-private = #{ $number } { $name }, asked in private: { $prefix }drafts { $number }
drafts-none = No words wait for a mentor.
drafts-rest = … and { $count } more.
change-draft = words for a mentor
change-approved = sent by a mentor
change-returned = given back by a mentor
change-withdrawn = taken back
usage-approve = { $prefix }approve N [other words]
help-approve = Sends the asker what a pair wrote, as it is or in your words. You both get the credit.
usage-return = { $prefix }return N why
help-return = Gives a pair’s words back, with a kind reason. The ticket stays theirs.
usage-withdraw = { $prefix }withdraw N
help-withdraw = Takes your words back while they wait for a mentor.
usage-drafts = { $prefix }drafts [N]
help-drafts = Lists what waits for a mentor; with a number, shows the words.
web-change-draft = words for a mentor
web-change-approved = sent by a mentor
web-change-returned = given back by a mentor
web-change-withdrawn = taken back

## The website: a pair's words, and one's own accounts

web-desk-draft = { $name }’s words wait for a mentor
web-desk-draft-words = As the asker will read them, in their author’s name
web-desk-approve = Send them
web-desk-return-why = What is still missing? Its author reads it.
web-desk-return = Give them back
web-desk-draft-own = A mentor reads them first. New words take the place of these.
web-desk-withdraw = Take them back
web-desk-to-mentor = Show it to a mentor
web-desk-shadow = You look on for now: what you write here is a note for the other volunteers.
web-me-title = You
web-me-role = Your role: { $role }
web-me-accounts = Your accounts
web-me-here = here
web-me-unlink = Take apart
web-me-link = Be one person on all networks
web-me-link-how = Tickets, rights and rota are then the same from everywhere. One side gets a code, the other says it, and both say yes.
web-me-code = Get a code
web-me-enter = A code from your other account
web-me-enter-button = Use the code
web-me-yes = Yes, that is me too
web-me-no = No, that is not me
web-join-shadow-role = You were invited to look on and learn: you see the queue and write notes for the other volunteers.
web-join-pair-role = You were invited to answer questions; at first somebody experienced reads what you write before it goes out.
