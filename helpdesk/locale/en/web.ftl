# The website.

# Frame
web-skip = Skip to the content
web-nav-label = Main
web-nav-ask = Ask
web-nav-articles = Articles
web-nav-desk = Desk
web-footer = Answered by volunteers, with care and when they can.
web-crumbs = Where you are

# Ask
web-home-title = Ask for help
web-home-heading = How can we help?
web-home-lead = Ask in your own words. You get an answer from our articles in seconds, or a person takes over.
web-ask-label = Your question
web-ask-placeholder = How do I get a mailing list for my project?
web-ask-more-placeholder = Write a message …
web-ask-button = Ask
web-ask-human = Talk to a person
web-chat-label = Conversation
web-chat-you = You
web-chat-working = The desk is looking …
web-chat-lost = The connection is gone. Trying again …
web-chat-failed = That was not sent. Try once more.
web-chat-reload = Look for new messages
web-feedback-label = Did this help?
web-choices-label = Which one do you mean?
web-button-yes = That helped
web-button-no = Not quite
web-button-more = Tell me more
web-button-human = Ask a person
web-said-yes = That helped.
web-said-no = That did not help.
web-said-more = Tell me more.
web-said-human = I would like to talk to a person.
web-mine-title = Your requests
web-topics-title = Browse the articles
web-topic-count = { $n ->
    [one] { $n } article
   *[other] { $n } articles
}

# Articles and search
web-kb-title = Articles
web-kb-empty = There are no articles yet.
web-kb-other = More
web-kb-volunteers = for volunteers
web-article-contents = On this page
web-article-not-helped = Not what you were looking for?
web-article-ask = Ask the desk
web-search-title = Search
web-search-label = Search the articles
web-search-placeholder = Search the articles
web-search-button = Search
web-search-count = { $n ->
    [0] Nothing found for “{ $query }”
    [one] One result for “{ $query }”
   *[other] { $n } results for “{ $query }”
}
web-search-nothing = Try fewer or other words, or ask the desk: what we can't answer yet goes to a person.
web-search-meant = Did you mean
web-search-options = { $n ->
    [0] Nothing begins like this
    [one] One article; use the arrow keys
   *[other] { $n } articles; use the arrow keys
}
web-search-help = How to search
web-search-help-phrase = these words side by side
web-search-help-signs = must hold the one, and not the other
web-search-help-begins = words that begin so
web-search-help-or = one or the other; AND, NOT and brackets work too
web-search-help-field-title = in titles only
web-search-help-field-tag = articles with this tag
web-search-help-field-lang = articles in this language
web-article-translations = This article in other languages
web-article-stale = This translation may be out of date. Newer:

# A ticket's private page
web-ticket-title = Request #{ $number }
web-ticket-about-open = A volunteer will look at this as soon as one is free. You will see their answer here.
web-ticket-about-claimed = A volunteer is working on this. You will see their answer here.
web-ticket-about-waiting = The volunteer needs to know something from you.
web-ticket-about-answered = A volunteer has answered. Write back if it did not help.
web-ticket-about-resolved = This was answered. Write once more if it did not help.
web-ticket-about-cancelled = You took this request back. Nobody is working on it.
web-ticket-about-merged = This goes on in another ticket; its answer reaches you too.
web-ticket-about-closed = This was answered and is closed. Write once more if it did not help.
web-ticket-more-label = Write more
web-ticket-more-placeholder = Add something, or answer the volunteer …
web-ticket-send = Send
web-ticket-cancel = I don't need help with this any more
web-ticket-cancel-sure = The volunteers will stop working on it.
web-ticket-cancel-yes = Take my request back
web-ticket-keep-link = This page is private: whoever has its address can read and write here. Keep the link to come back.
web-status-open = open
web-status-claimed = in work
web-status-waiting = waits for the asker
web-status-resolved = answered
web-status-cancelled = taken back
web-status-merged = in another ticket
web-status-closed = closed

# Becoming a volunteer
web-join-title = Join the desk
web-join-volunteer-role = You were invited to answer questions as a volunteer.
web-join-lead-role = You were invited to lead the desk: to answer questions, and to say who else may.
web-join-name = The name others will see
web-join-once = The link works once, in this browser.
web-join-button = Join

# The desk
web-desk-title = Desk
web-desk-tabs = Which tickets
web-desk-open = Open
web-desk-closed = Done
web-desk-you = You are { $name }
web-desk-leave = Sign out
web-desk-none = Nobody is waiting. Enjoy your tea.
web-desk-none-closed = Nothing has been closed yet.
web-desk-changed = The queue has changed.
web-desk-ticket-changed = This ticket has changed.
web-desk-private = asked in private
web-desk-from = { $name } on { $network }
web-desk-claimed-by = claimed by { $name }
web-desk-yours = yours
web-desk-no-topic = No topic
web-desk-told = Messages to you
web-desk-reply-label = Your answer
web-desk-note-label = A note for the other volunteers
web-desk-answer = Send the answer
web-desk-ask-back = Ask back
web-desk-note = Keep as a note
web-desk-claim-first = Claim the ticket to write to the asker.
web-desk-actions = What to do with the ticket
web-desk-claim = Claim
web-desk-release = Release
web-desk-resolve = Resolve
web-desk-reopen = Reopen
web-desk-look-up = Look in the articles
web-desk-history = History
web-kind-note = note
web-kind-ask-back = asked back
web-change-opened = opened
web-change-asker = the asker wrote
web-change-answer = answered
web-change-ask-back = asked back
web-change-claimed = claimed
web-change-released = released
web-change-resolved = resolved
web-change-reopened = reopened
web-change-cancelled = taken back
web-change-closed = closed
web-change-note = note
web-change-undelivered = could not be delivered
web-age-now = just now
web-age-minutes = { $n } min ago
web-age-hours = { $n } h ago
web-age-days = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}

# When something goes wrong
web-error-home = Go to the front page
web-error-back = Go back
web-error-draft = What you wrote
web-error-bad-request = We could not read that. Go back and try once more.
web-error-empty = There were no words in it.
web-error-name = Write the name that others will see.
web-error-form = This form has expired. Go back, reload the page and send it again. The site needs cookies for this.
web-error-forbidden = This is not open to you.
web-error-not-member = The desk is for volunteers. To become one, ask a lead for an invitation link, or ask how to join on the front page.
web-error-not-found = There is no such page.
web-error-method = That can't be done here.
web-error-conflict = Somebody was faster.
web-error-limit = That is a lot at once. Give us time to answer first.
web-error-too-large = That is too long. Shorten it and send it again.
web-error-expired = This was kept for a while only, and is gone now. Ask in the room where you found the link.
web-error-file-later = The file can’t be fetched right now. Try again in a while.
web-error-file-gone = This file is no longer there. Ask in the room where you found the link.
web-error-file-too-large = This file is larger than what is passed on here. Ask in the room where you found the link.
web-error-slow-down = That was too fast. Try again in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
}.
web-error-invitation = This invitation does not work: it was used, it has expired, or the address is not complete. Ask a lead for a new one.
web-error-internal = Something broke on our side. It was noted; please try again.

# What the relay keeps
web-page-lines = { $n ->
    [one] One line
   *[other] { $n } lines
}
web-page-about = Said in a room that is linked with others. Whoever has this address can read it; search engines don’t.
web-page-until = It is kept until
web-desk-writing = { $name } is writing …
