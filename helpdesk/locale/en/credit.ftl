# Thanks, and what one did
usage-thanks = { $prefix }thanks [N or @who] [words]
help-thanks = Says thank you to whoever answered ticket N, or your last one, or to @who; an article’s author hears of it too.
usage-me = { $prefix }me
help-me = Shows what you did, what thanks came for it, and what you have now. Only you see it.

thanks-passed-on = Your thanks go to { $names }.
thanks-article = Thank you! It counts for the article.
thanks-already = You have said thanks for that, and it is on its way.
thanks-self = Kind of you, but somebody else has to say that.
thanks-nobody = I know no volunteer called { $name }. { $prefix }thanks N thanks whoever answered ticket N.
thanks-which = Several are called { $name }: { $names }. Say { $prefix }thanks @NETWORK:NAME.
thanks-not-yet = Nobody has answered #{ $number } yet.
thanks-told = Thanks came for you: { $lines }
thanks-told-more = { $first } · and { $count } more

me-recent = In { $days } days: { $deeds }.
me-ever = Ever: { $deeds }.
me-load = You have { $claims } of { $cap } tickets.
me-asked = You asked { $count ->
    [one] one ticket
   *[other] { $count } tickets
}.
me-nothing = Nothing yet. Whatever you do here counts: answers, notes, sorting, joining, mentoring, articles.
me-none = nothing
me-and = { $first } · { $rest }
me-answers = { $count ->
    [one] 1 answer
   *[other] { $count } answers
}
me-solved = { $count } solved
me-triage = { $count } sorted
me-merges = { $count } joined
me-mentoring = { $count } mentored
me-notes = { $count ->
    [one] 1 note
   *[other] { $count } notes
}
me-articles = { $count ->
    [one] 1 article
   *[other] { $count } articles
}
me-thanks = { $count } × thanks

# Reports for leads
usage-report = { $prefix }report [week|month|90d|year] [QUEUE]
help-report = Shows leads how the SIG gets on: how long people wait, what was solved, who has too much, what is missing.
report-counts = { $span }: { $opened } opened, { $resolved } resolved, { $open } open now.
report-first = First answer: median { $median }, 9 of 10 within { $p90 }.
report-first-hours = First answer: median { $median }, 9 of 10 within { $p90 } (median { $hours } in our hours).
report-within = Answered within 24 h: { $day }, within 72 h: { $three }.
report-resolution = Resolved: median { $median }, 9 of 10 within { $p90 }.
report-resolution-hours = Resolved: median { $median }, 9 of 10 within { $p90 } (median { $hours } in our hours).
report-solved = Solved, their askers say: { $confirmed }; assumed, since nobody objected: { $assumed }; denied: { $denied }.
report-worry-share = { $name } gives very many of all answers. Who could share some of it?
report-worry-claims = { $name } has more tickets than they wanted at once. Ask whether some should go to others.
report-worry-days = { $name } was here nearly every day of the last two weeks. Thank them, and offer a break.
report-worry-nights = { $name } often worked at night lately. Ask how they are.
report-alone = One person alone answers: { $topics }. Who could learn it?
report-growing = Growing: { $topics }.
report-gaps = People ask and nobody is there: { $hours } ({ $zone }).
report-hour = { $day } { $hour }:00
report-and = { $first }, { $rest }
report-partial = There is more than was counted: the page, or a shorter time, has all.
report-page = All of it: { $url }
report-day-mon = Mon
report-day-tue = Tue
report-day-wed = Wed
report-day-thu = Thu
report-day-fri = Fri
report-day-sat = Sat
report-day-sun = Sun

# The page for leads
web-report-title = How the SIG gets on
web-report-link = Report
web-report-leads = Reports are for leads.
web-report-spans = How far it looks back
web-report-span-week = Week
web-report-span-month = Month
web-report-span-quarter = Quarter
web-report-span-year = Year
web-report-queues = Queues
web-report-all = All
web-report-main = The main one
web-report-opened = Opened
web-report-resolved = Resolved
web-report-open = Open now
web-report-day = Answered within 24 h
web-report-three = Answered within 72 h
web-report-confirmed = Solved, say their askers
web-report-assumed = Assumed solved: nobody objected
web-report-denied = Not solved, say their askers
web-report-unsaid = Resolved lately, nothing said yet
web-report-median = Median
web-report-p90 = 9 of 10 within
web-report-median-hours = Median, in our hours
web-report-p90-hours = 9 of 10, in our hours
web-report-first = First answer
web-report-resolution = Resolution
web-report-weeks = Opened and resolved, week by week
web-report-weeks-about = Two bars for each week: the left one tickets opened, the right one tickets resolved.
web-report-week = Week of { $day }: { $opened } opened, { $resolved } resolved
web-report-hours = When people ask
web-report-hours-about = A row for each day, a cell for each hour: the darker, the more tickets were opened in it. A frame: nobody is on duty then.
web-report-cell = { $day } { $hour }:00: { $opened } opened, first answer after { $waited }
web-report-topics = What people ask about
web-report-topics-about = A bar for each topic, as long as its number of tickets.
web-report-people = Who does what
web-report-people-about = By name, not by rank. Days and nights are of the last two weeks.
web-report-name = Name
web-report-answers = Answers
web-report-deeds = All they did
web-report-claims = Has now
web-report-days = Days
web-report-nights = Nights
web-report-nobody = Nobody did anything in this time.
web-report-alone = Topics that one person alone answers
web-report-growing = Growing topics
web-report-tables = As tables
