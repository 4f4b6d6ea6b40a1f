# Questions among people that nobody answered.

watch-answer = Nobody has answered yet, so here is what I have: { $answer }
watch-offer = Nobody has answered yet. Shall I ask the volunteers? { $prefix }yes or 👍 · { $prefix }no
watch-peace = I’ll keep out of it.
because-watch = I’ve asked the volunteers.
