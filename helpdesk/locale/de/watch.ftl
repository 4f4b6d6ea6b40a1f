# Fragen unter Leuten, auf die niemand antwortete.

watch-answer = Noch hat niemand geantwortet, deshalb hier, was ich dazu habe: { $answer }
watch-offer = Noch hat niemand geantwortet. Soll ich die Freiwilligen fragen? { $prefix }yes oder 👍 · { $prefix }no
watch-peace = Ich halte mich heraus.
because-watch = Ich habe die Freiwilligen gefragt.
