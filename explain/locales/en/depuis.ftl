# What has changed since an earlier evaluation.

since-before =
    { $view ->
        [applicant] On { $date }, you had { $points }
       *[other] On { $date }: { $points }
    }
since-same = The total has not changed since
since-difference = The difference since is { $difference }
gained = +{ $points }
lost = −{ $points }
cause-date = Time has passed (age, durations): { $difference }
cause-rules = The rules have changed: { $difference }
cause-campaign = A dated value has begun or ended (campaign, yearly ceiling): { $difference }
cause-others = The other applications have changed: { $difference }
cause-own =
    { $view ->
        [applicant] Your information has changed: { $difference }
       *[other] The applicant's information has changed: { $difference }
    }
since-rank = Rank: { $before }, then { $after }
since-change = { $label }: { $before }, then { $after }
since-list = { $label }: the list has changed
since-untranslated = Today's rules no longer know this information: { $name }
