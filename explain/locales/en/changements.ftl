# What could change: what can be done, what may move without a loss, what is missing.
# $view: "applicant", "employer", "territory" or "auditor". $plural: "one" or "other".

changes-some =
    { $view ->
        [applicant] What you can do to improve this result
       *[other] What the applicant can do to improve this result, in the words they read
    }
changes-none =
    { $view ->
        [applicant] We found no change within your reach that improves this result
       *[other] No change within the applicant's reach improves this result, among those tried
    }
changes-more =
    { $plural ->
        [one] … and { $count } other possibility
       *[other] … and { $count } other possibilities
    }
change-together = Two things to do together: { $steps }

# What takes its place in an author's sentence.
change-exactly = { $value }
change-between = between { $low } and { $high }
change-at-least = at least { $value }
change-at-most = at most { $value }

# $facts: quoted labels.
change-verify =
    { $plural ->
        [one] Provide the document that proves: { $facts }
       *[other] Provide the documents that prove: { $facts }
    }
change-validate = Have validated: { $facts }
change-validate-by = Have validated ({ $by }): { $facts }

change-today = { $label }: { $value } today
change-nearest = { $label }: { $value } today, { $nearest } at the nearest
change-from-day = This result is reached on { $day }
change-from-to-day = This result is reached on { $day }, and holds at least until { $last }
change-that-day = This result is reached on { $day }, and no longer holds a month later
# $reach: "whole" for the line's maximum, "best" for the most that this change gives.
change-line = { $label }: { $before }, then { $after }{ $reach ->
        [whole] { " " }(the maximum)
        [best] { " " }(the most that this change gives)
       *[other] { "" }
    }
change-total = Total: { $before }, then { $after } ({ $difference })
change-total-same = Total: { $points }, as today
change-gain = The total gains at least { $points }
change-rank = Rank: { $before }, then { $after } if the other candidates change nothing
change-rank-same = Rank: { $rank }, as today, if the other candidates change nothing
change-ranked =
    { $view ->
        [applicant] Rank: you would be { $rank } if the other candidates change nothing; today you are not ranked
       *[other] Rank: { $rank } if the other candidates change nothing; not ranked today
    }
change-eligible =
    { $view ->
        [applicant] You then meet every condition for being ranked
       *[other] Every condition for being ranked is then met
    }
change-maybe-eligible =
    { $view ->
        [applicant] You may be ranked once the missing information is known
       *[other] Being ranked becomes possible once the missing information is known
    }

margins =
    { $view ->
        [applicant] What may change without lowering your total
       *[other] What may change without lowering the total
    }
margin = { $label }: { $interval } ({ $value } today)

changes-settled = No missing information can change this total
changes-unbounded = While information is missing, it cannot be said between what this total will be
lacks = What is missing, beginning with what decides most
lacks-more =
    { $plural ->
        [one] … and { $count } other piece of information
       *[other] … and { $count } other pieces of information
    }
lack-missing = { $label }: missing information
lack-proof = { $label }: proof awaited
lack-validation =
    { $view ->
        [applicant] { $label }: your employer's answer is awaited
       *[other] { $label }: the employer's answer is awaited
    }
lack-withheld =
    { $view ->
        [applicant] { $label }: you chose not to provide it
       *[other] { $label }: not provided, by the applicant's choice
    }
lack-not-shared =
    { $view ->
        [applicant] { $label }: you chose not to share it with your company
       *[other] { $label }: not shared with the company, by the applicant's choice
    }
lack-decides =
    { $plural ->
        [one] Up to { $points } depends on it
       *[other] Up to { $points } depend on it
    }
lack-decides-all = It cannot be said how many points depend on it
lack-alone = If this information alone comes, this total will be { $interval }
lack-eligibility =
    { $view ->
        [applicant] Whether you are ranked depends on it
       *[other] Whether the applicant is ranked depends on it
    }
# $lines: quoted labels.
lack-lines =
    { $plural ->
        [one] Line that depends on it: { $lines }
       *[other] Lines that depend on it: { $lines }
    }

undecided = { $label }: not every value was tried
# $interval: "between 100 and 200 €", "at least 100 €", "at most 200 €".
undecided-beyond = { $label }: not every value was tried; those that were: { $interval }
