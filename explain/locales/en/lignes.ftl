# A line or a condition in one sentence, and its notes.

# $told: "yes" if there is a reason. $relative: "yes" if the line depends on the other candidates.
line-summary =
    { $told ->
        [yes] { $label }: { $why } → { $verdict }
       *[no] { $label } → { $verdict }
    }{ $relative ->
        [yes] { " " }(may change)
       *[no] { "" }
    }
line-range = These points will be { $interval } once the missing facts are known
note-relative = This depends on the other candidates: it may change if others apply
note-rounded = Rounding asked for by the rule: { $before } becomes { $after }
condition-summary =
    { $told ->
        [yes] { $label }: { $truth } ({ $why })
       *[no] { $label }: { $truth }
    }
condition-holds = yes
condition-fails = no
condition-unknown = not known yet
