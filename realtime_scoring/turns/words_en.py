"""English words of endings and interruptions: regular expressions over lower-case text. See `words`."""

from __future__ import annotations

SURELY_FINISHED = (
    r"that(?:'s| is| was)(?: (?:pretty much|pretty|very|more or less|basically|really|just|kind of))*"
    r" (?:it|all|everything|about it|much it|how it (?:went|was|ended|turned out)|what happened|what i did|the end"
    r"|(?:my|the|our)(?: (?:whole|main|best|short))? (?:answer|example|story|experience|long and the short of it))"
    r"(?: (?:from me|really|i think|i guess|i have|for now|basically|in a nutshell|in short|then|to be honest"
    r"|so far))*",
    r"(?:i think |i guess )?(?:that(?:'s| is) )?(?:all|everything) (?:i (?:have|had|can say|wanted to say|'ve got|got"
    r"|can think of|can remember)|from me)",
    r"i(?:'m| am| think i'm) (?:done|finished)(?: with (?:that|my answer))?|(?:that|this) (?:is"
    r"|was) the end(?: of (?:it|the story|that))?|(?:and|so|well)?,? ?that was that|end of (?:the )?story",
    r"(?:(?:i have|i've|there's|i've got) )?(?:nothing|not much) (?:more|else|further) to (?:add|say|tell)"
    r"|next question(?: please)?|(?:we|you) can (?:move|go) on|i(?:'ll| will) (?:stop|leave it|end) (?:there|here"
    r"|at that)",
    r"(?:i hope |hopefully )?(?:that|this) (?:answers|answered) (?:your|the) question|so (?:yeah|yes) that(?:'s"
    r"| was) it"
    r"|(?:i think |i hope )?that (?:covers|sums up|about covers|pretty much covers) (?:it|everything|that)(?: (?:all"
    r"|really))?",
    r"(?:thank you|thanks)(?: (?:very|so) much)?(?: for (?:listening|your time|the question))|(?:over|back) to you",
    r"(?:can't|cannot|don't) (?:think of|remember|recall|have) any(?:thing)? (?:else|more)(?: [a-z]+){0,2}",
)

QUESTION_BACK = (
    r"(?:does|did) that (?:answer (?:your|the) question|make sense|help)|is that (?:what you (?:mean|meant|want|wanted)"
    r"|(?:ok|okay|enough|clear|right))|(?:do|would) you (?:want|like) (?:me to [a-z ]{2,40}|(?:more"
    r"|another) [a-z ]{2,30})",
    r"(?:could|can|would) you (?:please )?(?:repeat|rephrase|clarify|explain|say)(?: [a-z]+){0,5}",
    r"what do you mean(?: (?:by|with) [a-z ]{2,30})?|should i (?:go on|continue|say more"
    r"|tell you more)(?: [a-z ]{2,30})?",
)

_DETERMINERS = (
    r"the|a|an|my|our|his|her|its|their|your|this|that|these|those|every|each|some|any|no|another|both"
    r"|all(?: of)?(?: the)?"
)
_ADJECTIVES = (
    r"new|old|first|second|third|last|next|main|big|small|other|same|whole|whole new|only|best|better|good|great|real"
    r"|single|simple|clear|different|important|difficult|hard|long|short|full|late|early|large|little|weekly"
    r"|daily|monthly"
    r"|final|entire|few|many|several|most|more|less|very|really|quite|rather|so|too|much|own|senior|junior"
    r"|key|major|minor"
    r"|technical|angry|unhappy|critical|serious|proper|open|shared|common|local|internal|external|written"
    r"|detailed|direct"
)
_TRANSITIVE = (
    r"told|asked|called|made|took|gave|got|put|set|built|wrote|fixed|found|created|designed|explained|showed"
    r"|sent|brought"
    r"|changed|checked|helped|kept|led|let|looked|needed|wanted|used|tried|decided|thought|said|felt|knew"
    r"|saw|heard|had|has"
    r"|have|having|offered|suggested|proposed|moved|started|began|reviewed|reduced|increased|lowered|raised|cut|saved"
    r"|added|removed|replaced|introduced|organised|organized|arranged|prepared|planned|compared|measured|tested|noticed"
    r"|realised|realized|discovered|convinced|persuaded|invited|divided|split|contacted|visited|informed|managed|turned"
    r"|went through|came up|set up|listened|talked|spoke|discussed with|agreed with|agreed on|agreed to"
    r"|worked with|worked on"
)
_SUBJECTS = (
    r"i|we|he|she|they|you|and|then|who|which|that|also|first|finally|immediately|quickly|just|never|always|even"
)

HANGING = (
    # Function words that lead on. "That", "this" and "it" may well be an end ("I fixed that"), and are not here alone.
    r"and|but|or|nor|so|because|then|if|when|while|which|who|whom|whose|where|why|whether|although|though|unless|until"
    r"|after|(?<!day )(?<!once )as|(?<!rather )than|like|such as|the|an?|to|of|in|on|at|for|with|from|by|about|into"
    r"|onto|over|under"
    r"|between|through|during|within|without|against|towards?|across|around|among|per|via|upon|beyond|behind|beside"
    r"|despite|except|including|regarding",
    r"my|our|his|her|their|your|its|every|each|another|these|those|some|any|several|many",
    r"i|we|he|she|they|i'm|we're|he's|she's|they're|it's|i'd|we'd|i've|we've|that's|there's|there was"
    r"|there were|it was",
    r"is|are|was|were|am|be|been|being|will|would|could|should|can|may|might|must|do|does|did|has|have|having"
    r"|cannot|not",
    r"also|just|very|quite|rather|most|almost|nearly|even|only|never|often|usually|mainly"
    r"|especially|particularly|maybe|perhaps|firstly|first of all|secondly|thirdly|finally"
    r"|instead of|according to|thanks to|due to|in order to|as well as|so that|and so|and then|as soon as"
    r"|at first|in addition|for example|for instance|the fact that|i thought"
    r"|i said|it turned out|what i did",
    r"u+h*m+|uh+|erm*|hmm+|(?<!as )(?<!so )(?<!very )(?<!quite )(?<!pretty )(?<!went )(?<!really )(?<!worked )well"
    r"|you know|i mean|kind of|sort of|let's say",
    rf"(?:{_DETERMINERS}) (?:{_ADJECTIVES})",
    rf"(?:{_SUBJECTS}) (?:{_TRANSITIVE})",
    rf"(?:{_TRANSITIVE}) (?:me|him|them|us|her) (?:that|how|why|what|to)",
    r"(?:told|asked|gave|showed|sent|convinced|persuaded|offered|helped|reminded) (?:him|her|them|us|the [a-z]+)",
    # A number still to get its unit, and a word split in the middle of being said.
    r"(?<!is )(?<!are )(?<!was )(?<!makes )(?<!equals )(?<!than )(?<!or )(?<!day )(?<!number )(?:\d[\d,.]*|a hundred"
    r"|hundred|one|two|three|four"
    r"|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|point|hundred and|thousand and)",
    r"[a-z]+-",
)

HANGING_UNSTOPPED = (
    r"since|before|once|really|too|more|less|always|basically|actually|probably|eventually|in the end|after that"
    r"|as well"
    r"|i think|i guess|i believe|had|don't|didn't|doesn't|wasn't|weren't|isn't|aren't|won't|wouldn't|couldn't|can't"
    r"|hadn't|haven't|hasn't",
)
"""Mostly lead on, and may well be the last word before a full stop: "She came back too." """

OPENING = (
    r"(?:when|while|if|although|though|because|since(?! then)|after(?! that)|before(?! that)|once|as soon as"
    r"|whenever|unless"
    r"|instead of|during)(?: [a-z0-9']+){1,6}",
)
"""Only at the start of a sentence: "When the server went down"."""

LIST_BEGUN = (
    r"(?<!at )first(?:ly| of all)?,?(?= (?:i|we|you|they|he|she|there)(?![a-z]))|on the one hand",
    r"(?:two|three|four|several) (?:main |different )?(?:reasons|points)",
)
LIST_DONE = (
    r"second(?:ly)?|then|third(?:ly)?|next|after that|finally|lastly|last but not least|in the end|on the other hand"
    r"|another(?: (?:thing|reason|step|point|part))?|and the (?:other|last)",
)

ROUNDED_OFF = (
    r"(?:percent|per cent|%|times|days|weeks|months|years|hours|minutes|seconds|dollars|euros|pounds|points)"
    r"(?: (?:a|per|each|every) (?:day|week|month|year|quarter))?",
    r"(?:on|in) time|on schedule|ahead of (?:time|schedule)|under budget|in the end|as a result|at all"
    r"|since then|ever since"
    r"|from then on|after that|to this day|next time|every time|right away|early on|the same way|differently"
    r"|better|faster"
    r"|successfully|well|happy|satisfied|pleased|again|anymore|any more|instead|afterwards|together|today|now|too"
    r"|myself|themselves|earlier|sooner|work(?:ed|s)?|happened|solved|resolved|finished|done|completed"
    r"|renewed|stayed|agreed|improved|dropped|fell|recovered|stopped|helped|mattered|mistakes?|contract"
    r"|deadline|project",
)

LATE = (
    r"since|now|still|never|hardly|always|every|in the end|eventually|finally|to this day|it's been|i've|thank(?:s|ed)?"
    r"|happy|proud|without|ended|turned out|learned|learnt",
)
"""Among the last words, where a story goes over to how it came out and what is since."""

BACK_CHANNELS = (
    r"(?:ok(?:ay)?|yeah|yes|yep|yup|ya|no|nope|right|sure|all right|alright|i see|got it|good|great|fine"
    r"|cool|nice|oh|ah"
    r"|aha|uh[- ]?huh|m+[- ]?h+m+|h+m+|m+|u+h+|u+m+|er+m*|hi|hello|thanks?|thank you|of course|understood|makes sense"
    r"|true|exactly|indeed|wow|sorry|please|hey|huh|well|so|and|the|a)",
)
FLOOR_WANTED = (r"wait|stop|repeat|pardon|actually|excuse me|hold on|question",)
