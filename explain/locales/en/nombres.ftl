# Numbers, units, dates.

quantity = { $figure } { $unit }
percent = { $figure }%
thousands-mark = ,
decimal-mark = .
unit-euro = €
unit-month =
    { $plural ->
        [one] month
       *[other] months
    }
unit-year =
    { $plural ->
        [one] year
       *[other] years
    }
unit-day =
    { $plural ->
        [one] day
       *[other] days
    }
unit-minute =
    { $plural ->
        [one] minute
       *[other] minutes
    }
unit-kilometre = km
unit-square-metre = m²
unit-point =
    { $plural ->
        [one] point
       *[other] points
    }
# $place: "first" for the first of a month. $month: from "m1" to "m12".
date =
    { $place ->
        [first] { $day }
       *[other] { $day }
    } { $month ->
        [m1] January
        [m2] February
        [m3] March
        [m4] April
        [m5] May
        [m6] June
        [m7] July
        [m8] August
        [m9] September
        [m10] October
        [m11] November
       *[m12] December
    } { $year }
# A date where a comparison ends: "before 14 March 1990".
date-at = { $date }
yes = yes
no = no
# The exact number has more decimals than what is written.
rounded-for-reading = { $value } (rounded for reading)
quoted = “{ $text }”
