# The result: total, grids, rank.

total =
    { $view ->
        [applicant] You have { $points }
       *[other] Total: { $points }
    }
total-of =
    { $view ->
        [applicant] You have { $points } out of { $maximum }
       *[other] Total: { $points } out of { $maximum }
    }
total-range = This total will be { $interval } once the missing facts are known
grids = { $grids }
grid-not-established = not established yet
grid-not-applicable = not applicable
grid-indeterminate = not known yet
grid-range = These points will be { $interval } once the missing facts are known
points-of = { $points } out of { $maximum }
# $rank: "8th". $of: how many applications.
rank-of =
    { $view ->
        [applicant] You are { $rank } of { $of }
       *[other] Rank: { $rank } of { $of }
    } { $plural ->
        [one] application made
       *[other] applications made
    }
rank-if-all =
    { $view ->
        [applicant] You would be { $rank }
       *[other] Rank: { $rank }
    } { $plural ->
        [one] if the only eligible candidate applied
       *[other] if all { $of } eligible candidates applied
    }, with { $points }
not-eligible =
    { $view ->
        [applicant] You are not ranked: a condition to be ranked is not met
       *[other] Not ranked: a condition of eligibility is not met
    }
maybe-eligible =
    { $view ->
        [applicant] You are not ranked: a fact is missing to be ranked
       *[other] Not ranked: eligibility depends on a missing fact
    }
not-applied =
    { $view ->
        [applicant] You have not applied
       *[other] Has not applied
    }
unranked =
    { $view ->
        [applicant] You are not ranked
       *[other] Not ranked
    }
tie =
    { $plural ->
        [one] { $others } other application has the same total
       *[other] { $others } other applications have the same total
    }{ $named ->
        [some] ; they are ordered by: { $keys }
       *[none] { "" }
    }
proposed =
    { $view ->
        [applicant] Your application is among those proposed ({ $most } at most); a person confirms this proposal or not
       *[other] Among the applications proposed ({ $most } at most); a person confirms this proposal or not
    }
not-proposed =
    { $view ->
        [applicant] Your application is not among those proposed ({ $most } at most)
       *[other] Not among the applications proposed ({ $most } at most)
    }
ordinal =
    { $kind ->
        [one] { $rank }st
        [two] { $rank }nd
        [few] { $rank }rd
       *[other] { $rank }th
    }
