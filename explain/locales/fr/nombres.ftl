# Les nombres, les unités, les dates.

quantity = { $figure } { $unit }
percent = { $figure } %
thousands-mark = { "\u202F" }
decimal-mark = ,
unit-euro = €
unit-month = mois
unit-year =
    { $plural ->
        [one] an
       *[other] ans
    }
unit-day =
    { $plural ->
        [one] jour
       *[other] jours
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
# $place : « first » pour le premier du mois. $month : de « m1 » à « m12 ».
date =
    { $place ->
        [first] { $day }er
       *[other] { $day }
    } { $month ->
        [m1] janvier
        [m2] février
        [m3] mars
        [m4] avril
        [m5] mai
        [m6] juin
        [m7] juillet
        [m8] août
        [m9] septembre
        [m10] octobre
        [m11] novembre
       *[m12] décembre
    } { $year }
# Une date là où une comparaison finit : « avant le 14 mars 1990 ».
date-at = le { $date }
yes = oui
no = non
# Le nombre exact a plus de décimales que ce qui est écrit.
rounded-for-reading = { $value } (arrondi pour la lecture)
quoted = « { $text } »
