"""English words of those who think aloud, search for a word, or hold the floor: regular expressions over folded text.

General forms rather than set phrases: a request for a moment, a question to oneself, what does not come to mind. See
`words`.
"""

from __future__ import annotations

_MOMENT = r"(?:second|moment|minute|sec|tick|mo|bit|while|beat|breath|break|pause)s?"
_POLITE = (
    r"(?:,? (?:please|sorry|here|again|now|just|right|okay|ok|um+|uh+|there|then|actually|though|first|quickly|thanks"
    r"|thank you|if (?:i may|you don't mind|that's (?:okay|ok|all right|alright|fine))|with me"
    rf"|for (?:just )?(?:a|one) (?:quick |little |short )?{_MOMENT}))*"
)
"""What may stand behind a request, without changing it."""
_NOT_TOLD = r"(?<!he )(?<!she )(?<!they )(?<!to )(?<!not )(?<!n't )(?<!who )(?<!it )(?<!boss )(?<!manager )(?<!that )"
"""Somebody else "let me see the list": no request."""
_SEARCHING_VERBS = (
    r"think|see|remember|recall|recollect|consider|reflect|gather|collect|find|pick|choose|check|look|go back"
    r"|come back|start|begin|rephrase|rewind|back up|backtrack|step back|put|explain|describe|phrase|word|say|try"
    r"|work|figure|sort|count|have a|get|take|correct|clarify|be"
)

THINKING = (
    # A request for a moment.
    rf"(?:give|allow|spare|grant|lend) (?:me|us) (?:[a-z']+ ){{0,5}}(?:{_MOMENT}|time|room){_POLITE}",
    rf"(?:can|could|may|might|if|let) (?:i|me|we) (?:[a-z']+ ){{0,3}}(?:have|take|get|grab|use|need)"
    rf" (?:[a-z']+ ){{0,4}}{_MOMENT}(?: to [a-z' ]{{2,40}})?{_POLITE}",
    rf"(?:i|i'll|i'd|i would|i will|i might|i may) (?:just |really )?(?:need|take|want|like|have|could use)"
    rf" (?:to take |to have )?(?:just )?(?:a|one|another|half a|two)(?: [a-z']+){{0,2}} {_MOMENT}"
    rf"(?: to [a-z' ]{{2,40}})?{_POLITE}",
    rf"(?:one|just a|just one|just another|just two|wait a|half a|hang on a|hold on a) (?:more |quick |little |short )?"
    rf"{_MOMENT}{_POLITE}",
    rf"(?:^|[.,!?;:] )(?:a|two|three|couple of|a couple of|a few) {_MOMENT}{_POLITE}",
    rf"(?:do )?bear with me(?: (?:for )?(?:just )?(?:a|one) {_MOMENT})?{_POLITE}|(?:hang"
    rf"|hold) on(?: a {_MOMENT})?{_POLITE}|hold that thought|wait(?:,? wait)*"
    r"(?:,? (?:a minute|please|sorry|no))*(?<!to wait)(?<!not wait)(?<!n't wait)(?<!could wait)(?<!can wait)",
    # Told to oneself: "let me go back a bit", "I'd have to think about that".
    rf"{_NOT_TOLD}(?:let me|let's|lemme)(?: just| quickly| try and| try to| please| maybe| perhaps)*"
    rf" (?:{_SEARCHING_VERBS})(?: (?!and\b|but\b|so\b|then\b)[a-z']+){{0,7}}{_POLITE}",
    r"(?:i|i'll|i'd|i've) (?:just |still |really |probably )?(?:need|have|got|must|ought|should|want|would like|like)"
    r" (?:to )?(?:just |really )?(?:think|remember|recall|recollect|concentrate|focus|go back a|start again"
    r"|get (?:this|that|it) right|be (?:precise|accurate|careful|fair|exact|honest here)"
    r"|find the right)(?: [a-z']+){0,7}",
    r"(?:i'm|i am)? ?(?:still |just )?(?:thinking|trying (?:hard )?(?:to|and) (?:remember|recall|think|find|picture"
    r"|place"
    r"|work|put|figure)|looking for (?:a|the|an) (?:[a-z]+ )?(?:word|example|term|name|phrase|way|expression)"
    r"|searching for"
    r"|wondering (?:how|what|which|where|whether))(?: [a-z']+){0,7}",
    # A question to oneself. One that is told of ("I asked what was wrong") is taken out by REPORTED.
    r"(?:what(?:'s|'re|'d| (?:was|were|is|are|did|do|does|can|could|should|shall|would|might|had|else|happened|came"
    r"|exactly|year|month|day|word))|(?:when|where)(?:'s| (?:was|were|is|are|did|do|should|shall))|how(?:'s| (?:was"
    r"|were|is"
    r"|did|do|does|can|could|should|shall|would|might|to|best))|how (?:many|much|long|old)(?: [a-z]+)? (?:was|were|is"
    r"|are"
    r"|did)|who(?:'s that| (?:was|is) (?:it|that|he|she|the|this))|which (?:one|year|month|day|was it|of (?:the|them)))"
    r"(?: (?!you\b|your\b)[a-z']+){0,7}",
    r"how (?:would|do|should) (?:you|one) (?:say|put|call|describe|explain|phrase)(?: [a-z']+){0,3}",
    r"what (?:do|would) you call (?:it|them|that|those|this|him|her)(?: [a-z']+){0,2}|what do they call (?:it|that"
    r"|them)",
    r"(?:was|were|is) (?:it|that|he|she|they|there)(?: [a-z']+){1,4} or(?: [a-z']+){1,4}",
    # Something that does not come to mind.
    r"i (?:can't|cannot|don't|do not|couldn't|can never|never)(?: (?:quite|really|even|exactly|actually|honestly"
    r"|just))*"
    r" (?:remember|recall|recollect|think of|find|place|get)(?! (?:of )?any)(?! (?:of )?much)"
    r"(?: (?!but\b)[a-z']+){0,6}",
    r"(?:i've|i have|i|i'm|it's|that's) (?:just |completely |totally |honestly |now )*(?:forgotten|forgot|blanked"
    r"|blanking"
    r"|stuck|lost)(?: (?:the|my|what|how|where|which|his|her|its|on|for|now|again|sorry|a|train|thread|words?|name"
    r"|number|place|of|thought|was|exactly|it's|called|year))*",
    r"(?:the|his|her|its|their|that)(?: [a-z]+)? (?:name|word|term|number|date|figure|title|year|rest|detail|details)"
    r"(?: (?:just|now|really|has|is))*(?: ?'s)? (?:escapes me|escaping me|gone|left me|slips my mind|slipped my mind"
    r"|escaped me)(?: [a-z]+){0,2}",
    r"(?:on )?the tip of my tongue|(?:gone|went|going|go|drawing|drew|come up|a)(?: a)?(?: bit| complete| total"
    r"| little)?"
    r" blank(?: [a-z]+){0,3}|(?:slips|slipped) my mind|escapes me|(?:thread|train) of thought",
    r"it(?:'ll| will| might|'s going to| should) (?:just )?come (?:back )?to me(?: [a-z]+){0,4}",
    # As recognisers write them down when a word is misheard.
    r"(?<!he )(?<!she )(?<!they )(?<!to )let [a-z]+ (?:think|see|remember)|give [a-z]+ (?:a|one) (?:second|moment)"
    r"|give me [a-z]+ (?:second|moment)|how (?:should|can|do) [a-z]+ (?:say|put) (?:this|that|it)"
    r"|one moment(?: [a-z]+)?",
)

_HARD = r"(?:good|hard|tough|difficult|tricky|interesting|great|fair|big|broad|complicated|complex|easy|long|strange)"

SEARCHING = (
    # Of the question, of the matter, or of oneself: it may be an end, and mostly wins time.
    rf"(?:that's|that is|it's|it is|this is|what)?(?: (?:quite|such|really|actually|not))* ?(?:a|an)?(?: (?:really"
    rf"|very|quite"
    rf"|pretty|rather|bit|of))*(?:,? ?{_HARD})+ (?:question|one)(?:,? (?:that|actually|to [a-z]+|though|really|there"
    rf"|for me"
    r"|you ask|for sure|i think|i suppose|i guess))*",
    rf"(?:it's|that's|this is|it is)(?: (?:a|bit|little|quite|really|very|so|rather|kind|sort|of|not|always))*"
    rf" (?:{_HARD}|challenging) to (?:say|explain|describe|put|remember|know|answer|tell|express|summarise|recall|pin)"
    r"(?: [a-z']+){0,5}",
    r"(?:it's been|it was|that was|that's|it's|this was|we're talking)(?: (?:quite|really|such|such a|now|already"
    r"|just))* (?:a while|a long time|years|ages"
    r"|some time|long)(?: (?:ago|now|back|since|already))*",
    r"i(?:'m| am)(?: (?:not|just|quite|really|entirely|sure|so))* (?:sure|certain)(?: (?:how|what|which|where|whether"
    r"|if|why"
    r"|exactly|about|of|that)(?: [a-z']+){0,6})",
    r"i don't(?: (?:really|quite|even|exactly))* know (?:how|what|where|whether|if|which)(?: [a-z']+){0,7}",
    r"(?:i'm|i am|i get|i'm getting|i got)(?: (?:sorry|just|a|bit|little|so|quite|very|really|rather))* (?:nervous"
    r"|muddled"
    r"|confused|stuck|lost|flustered|tongue-tied|rambling)(?: [a-z]+){0,2}",
    r"(?<!say )(?<!said )(?<!saying )(?<!am )(?<!i'm )(?<!was )(?<!so )(?<!very )(?<!feel )(?<!felt )(?<!being )"
    r"(?:sorry|apologies|pardon|excuse me|forgive me|oh dear|oh god|goodness|gosh|oh no|oh)(?: (?:about|for|for the"
    r"|about"
    r" the) (?:that|this|pause|wait|silence|delay|noise|confusion))?(?: (?:just|so|again|a))*",
    # Holding the floor: something more is coming.
    r"(?:there's|there was|there is|there were|there are)(?: (?:also|still|just|maybe|and))* (?:one|another|something"
    r"|two"
    r"|some|a few|a couple)(?: (?:more|other|else|last|final|further|of|important))*(?: (?:thing|things|point|points"
    r"|part"
    r"|bit|example|aspect|one|reason))?",
    r"(?<!for )(?:one more|another|the other|just one|one last|one other) (?:small )?(?:thing|point|aspect|detail)",
    r"(?:as far as|if|what|from what|as|so far as) i (?:can )?(?:remember|recall|recollect|know|understand)"
    r"(?: (?:it|this|that|rightly|correctly|right|well|now|properly|at all))*|if i'm not (?:mistaken|wrong)"
    r"|if memory serves(?: [a-z]+){0,3}|from memory|off the top of my head|speaking from memory",
    r"it (?:must|would|might|could|may) have been(?: (?:around|about|like|maybe|in|the|last|early|late|a|some|end"
    r"|of))*",
    r"i (?:suppose|wonder|imagine|want to say)|who knows|or something",
    r"(?:in|to put it|to say it) (?:other words|another way|differently|simply|briefly)|long story short|how shall i",
    r"(?:so|now|well|okay|right|anyway|anyhow|yeah|yes|no|like|anyways)(?:[, ]+(?:so+|now|well|okay|right|anyway|yeah"
    r"|yes"
    r"|um+|uh+|no|like))+",
)

REPORTED = (
    r"(?:ask|asks|asked|asking|know|knew|knows|known|see|saw|seen|find out|found out|found|find|explain|explained|show"
    r"|showed|shown|tell|told|wonder|wondered|understand|understood|check|checked|decide|decided|learn|learned|learnt"
    r"|realise|realised|realize|realized|noticed|notice|say|said|discussed|discuss|agreed|agree|mark|marked|marking"
    r"|wrote down|write down|written down|put down|work out|worked out|figure out|figured out|figuring out|remembered"
    r"|forget|saying|pointed out|hear|heard|listed|compared|measured|tracked|matters|mattered|depending)"
    r"(?: [a-z']+){0,2} (?:what|when|where|who|which|how)(?:'s|'re|'d| [a-z']+)(?: [a-z']+){0,8}",
    r"(?:about|of|on|at|to|with|for|from|is|was|that's|into|exactly|regardless|through|than|like|idea|and|or|clear|sure"
    r"|by|after) (?:what|when|where|who|which|how)(?:'s|'re|'d| [a-z']+)(?: [a-z']+){0,8}(?<! called)(?<! again)",
)
