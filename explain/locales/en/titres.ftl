# The titles and labels around the sentences.

heading-eligibility = Conditions to be ranked
heading-since = What has changed
heading-changes = What could change
heading-acronyms = Acronyms
heading-source = Source
heading-legal-basis = Legal basis
heading-hypothesis = Hypothesis
title = { $candidate }, on { $day }
title-ranked = { $candidate }: { $ranking }, on { $day }
announced = { $text }:
recueil-named = Rule book “{ $name }” (hash { $hash })
rules-named = Rules: { $name }, version { $version }
more-lines =
    { $plural ->
        [one] … and { $count } other line, { $points }
       *[other] … and { $count } other lines, { $points } in all
    }
more = … and { $count } more
