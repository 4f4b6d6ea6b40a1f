# The catalogue of requests, and its forms. What stands in the configuration is said as it is written there.

## The form

request-list = Ask for one of these by { $prefix }request NAME: { $names }
request-empty = There is nothing to ask for here by a form. Ask me in a sentence, or say { $prefix }human.
request-waits = Your form “{ $title }” waits: { $prefix }request resume goes on, { $prefix }request cancel drops it.
request-unknown = There is no “{ $name }” to ask for.
request-unknown-near = There is no “{ $name }” to ask for. Did you mean { $prefix }request { $near }?
request-begin = { $title }: { $count ->
    [one] one question
   *[other] { $count } questions
  }. `back`, `skip`, `later` and `cancel` work at any time.
request-begin-room = { $title }: { $count ->
    [one] one question
   *[other] { $count } questions
  }. Answer with my name in front (`{ $name }: …`) or in reply; `back`, `skip`, `later` and `cancel` work too.
request-directly = I’ll ask you directly: what you answer is nobody else’s business.
request-resumed = Where we were with “{ $title }”:
request-both = { $one } { $two }
request-joined = { $one } · { $two }
request-ask = ({ $at }/{ $of }) **{ $ask }** { $how }
request-ask-optional = ({ $at }/{ $of }) **{ $ask }** { $how } Or `skip`.
request-part = { $name }: { $value }
request-yes = yes
request-no = no
request-summary =
    { "" }**{ $title }** – { $answers }
    Shall I send it? `yes`, or `change` and the name of what to change, or `cancel`.
request-confirm = Say `yes` to send the form, `change` and the name of what to change, `later`, or `cancel`.
request-not-yet = There are questions left:
request-question = (If that is a question for me, put { $prefix }ask before it: your form waits.)
request-no-skip = I need an answer to this one. { $how }
request-no-field = There is no such question. Change one of: { $names }
request-cancelled = The form is dropped; nothing was sent.
request-paused = Your form is kept for 30 days. { $prefix }request resume goes on, here or on any network where I know you.
request-another = You are in the middle of “{ $title }”. { $prefix }request resume goes on with it, { $prefix }request cancel drops it.
request-elsewhere = Your form is somewhere else. { $prefix }request resume brings it to you.
request-gone = That can’t be asked for any more; I’ve dropped your form.
request-no-form = You have no form to go on with. { $prefix }request lists what you can ask for.
request-no-request = You have asked for nothing lately. { $prefix }request lists what you can ask for.
request-where = Fill it in in the chat, or here: { $url }

## What counts as an answer

request-how-text = In a few words.
request-how-long = In a sentence or two.
request-how-choice = { $choices }
request-how-yes-no = Yes or no?
request-how-number = As a number.
request-how-date = Such as 2027-02-06 or 6 Feb 2027.
request-how-address = An e-mail address.
request-how-person = As NETWORK:NAME.
request-wrong-text = That doesn’t fit here. Please write it differently.
request-wrong-long = That is too long: { $count } characters at most.
request-wrong-choice = Please choose one, by its number or name: { $choices }
request-wrong-yes-no = Please say yes or no.
request-wrong-number = Please write a whole number, such as 25.
request-wrong-date = I can’t read that day. Write it as 2027-02-06 or 6 Feb 2027.
request-wrong-address = That is no e-mail address. Write one such as anna@example.org.
request-wrong-person = Write the network and the name there, such as libera:anna.
request-wrong-hint = { $hint }
request-hint-list = Use 2 to 40 small letters, digits, dots or hyphens, such as makers-discuss.

## What is asked for

request-title-mailing-list = Mailing list
request-about-mailing-list = A list where your project writes to each other, with an archive.
request-ask-mailing-list-name = What should the list be called?
request-ask-mailing-list-purpose = What is it for?
request-ask-mailing-list-owner = Who looks after it?
request-ask-mailing-list-second-owner = Who else looks after it?
request-ask-mailing-list-open-archive = May everybody read its archive?
request-title-video-room = Video room
request-about-video-room = A room for a call: a meeting, a talk, a round table.
request-ask-video-room-purpose = What is the call about?
request-ask-video-room-people = How many people will come?
request-ask-video-room-when = On which day? Skip it for a standing room.
request-ask-video-room-recording = Will it be recorded?
request-title-shared-folder = Shared folder
request-about-shared-folder = Files that a group keeps together.
request-ask-shared-folder-name = What should the folder be called?
request-ask-shared-folder-purpose = What is it for?
request-ask-shared-folder-members = Who may write in it?
request-ask-shared-folder-public = May everybody read it?
request-title-calendar = Calendar
request-about-calendar = Dates that a group shares.
request-ask-calendar-name = What should the calendar be called?
request-ask-calendar-editors = Who may enter dates?
request-ask-calendar-public = May everybody see it?
request-title-account = Account
request-about-account = Access to one of our services.
request-ask-account-service = For which service?
request-ask-account-name = Which user name would you like?
request-ask-account-address = Your e-mail address?
request-ask-account-reason = What do you need it for?
request-title-loan = Loan of equipment
request-about-loan = A projector, a microphone, a laptop: for some days.
request-ask-loan-what = What would you like to borrow?
request-ask-loan-from = From which day?
request-ask-loan-until = Until which day?
request-ask-loan-where = Where will it be?
request-title-event-kit = Event kit
request-about-event-kit = What a meet-up needs: sound, picture, network, power, people.
request-ask-event-kit-event = Which event is it for?
request-ask-event-kit-when = On which day?
request-ask-event-kit-place = Where?
request-ask-event-kit-people = How many people do you expect?
request-ask-event-kit-wishes = What do you need there?

## What becomes of it

because-request = Sent.
because-request-approval = Sent. Somebody has to agree first, and I’ve asked them.
request-agree =
    { "" }**#{ $number }**: { $name } on { $network } asks for: { $text }
    Do you agree? { $prefix }grant { $number } · { $prefix }decline { $number } and why
request-nobody = #{ $number } ({ $title }) waits for somebody who may grant it, and there is nobody else who may.
request-none = #{ $number } is no request.
request-not-yours = Whether #{ $number } is granted is for others to say.
request-own = #{ $number } is your own request: somebody else has to decide about it.
request-granted = Your request #{ $number } is granted by { $name }; a volunteer will see to it.{ $words }
request-words = { " " }“{ $words }”
request-grant-done = #{ $number } is granted. Its asker knows, and so do the volunteers.
request-declined = Your request #{ $number } was declined by { $name }: { $words }
request-declined-elsewhere = { $name } declined #{ $number }.
request-decline-done = #{ $number } is declined. Its asker knows why.
request-ungranted = Somebody has to agree to #{ $number } first. It is announced and offered as soon as they do.
request-is-approval = #{ $number } is not granted yet.
request-is-approved = #{ $number } is granted already.
request-is-declined = #{ $number } is declined.
request-is-delivered = #{ $number } is delivered already.
request-handout = When it is there: { $prefix }deliver { $number } and the result, which goes to the asker.
request-handout-article = How it is done: [{ $title }]({ $url }). Then { $prefix }deliver { $number } and the result.
request-delivered = **#{ $number }** ({ $title }) is ready, says { $name }: { $text }
request-delivered-directly = #{ $number } ({ $title }) is ready. I’ve sent you the result directly.
request-deliver-done = The result of #{ $number } is on its way, and the ticket is closed. Thank you!
request-secret-seen = It is a secret, so I keep it nowhere and told it directly. But others read here: change it if they should not know it.
request-state-approval = waits for somebody to agree
request-state-declined = declined
request-state-delivered = delivered
request-state-over = over
request-line = #{ $number } { $title }: { $state }

## Commands

usage-request = { $prefix }request [NAME] · { $prefix }request status|resume|back|skip|change FIELD|send|pause|cancel
help-request = Lists what you can ask the SIG for, or asks for it step by step. Everywhere it goes on with your form.
usage-grant = { $prefix }grant N [words]
help-grant = Agrees to a request, for whoever the configuration names to decide about it.
usage-decline = { $prefix }decline N why
help-decline = Does not agree to a request; its asker hears why.
usage-deliver = { $prefix }deliver N result
help-deliver = Sends what was requested to its asker and closes the ticket. A secret is told directly and kept nowhere.
change-granted = granted
change-declined = declined
change-delivered = delivered

## On the website

web-change-granted = granted
web-change-declined = declined
web-change-delivered = delivered
web-requests-title = What you can ask for
web-requests-lead = Choose one and fill in its form. You can do the same in any chat where I am.
web-requests-empty = There is nothing to ask for by a form just now. Ask in a sentence instead.
web-requests-optional = may be left out
web-requests-yes = Yes
web-requests-no = No
web-requests-choose = Choose …
web-requests-send = Send the request
web-requests-approval = Somebody has to agree first. You’ll see it on the page of your request.
web-requests-wrong = Some answers need another look; what you wrote is still there.
web-desk-ungranted = Somebody has to agree first
web-desk-grant-words = A word to who asked (to decline, say why)
web-desk-grant = Grant it
web-desk-decline = Decline it
web-desk-grant-others = Those who may decide were asked. Nobody works on it before.
web-desk-deliver = Deliver it, and close
