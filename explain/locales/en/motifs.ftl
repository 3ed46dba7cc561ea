# Why a line, a condition or a grid is what it is.
# $view: "applicant", "employer", "territory" or "auditor". $facts: quoted labels. $plural: "one" or "other".

why-missing =
    { $plural ->
        [one] Not provided: { $facts }
       *[other] Not provided: { $facts }
    }
why-missing-of-others = A fact of another candidate is missing
why-withheld =
    { $view ->
        [applicant] You chose not to disclose: { $facts }
        [territory] Not disclosed to the territory: { $facts }
       *[other] Not disclosed, at the applicant's choice: { $facts }
    }
# $named: "one" if the choice has a label, $choice; else "none".
why-not-shared =
    { $view ->
        [applicant] Your choice{ $named ->
            [one] { " " }{ $choice }
           *[none] { "" }
        } does not share with your employer: { $facts }
       *[other] The applicant's choice{ $named ->
            [one] { " " }{ $choice }
           *[none] { "" }
        } does not share: { $facts }
    }
why-anonymous =
    { $view ->
        [applicant] Your choice{ $named ->
            [one] { " " }{ $choice }
           *[none] { "" }
        } shares nothing with your employer
       *[other] The applicant's choice{ $named ->
            [one] { " " }{ $choice }
           *[none] { "" }
        } shares nothing
    }
why-verification = Awaiting a check of documents: { $facts }
why-validation = Awaiting a validation: { $facts }
why-validation-by = Awaiting a validation ({ $by }): { $facts }
why-validation-pending =
    { $view ->
        [applicant] Awaiting your employer's validation
       *[other] Awaiting the employer's validation
    }
why-validation-refused =
    { $view ->
        [applicant] Your employer did not validate your application
       *[other] The employer did not validate the application
    }
why-outside-period = This line does not hold on this date
in-force-from-to = This line holds only from { $from } to { $to }
in-force-from = This line holds only from { $from } on
in-force-to = This line holds only until { $to }
why-family-best = Another line of { $family } is kept: only the one that gives the most counts
why-family-first = Another line of { $family } is kept: only the first that is met counts
why-slot-unfilled =
    { $view ->
        [applicant] Your employer has set nothing here
       *[other] The employer has set nothing here
    }
why-capped = Limited to { $points }; without the cap: { $raw }
why-floored = Raised to { $points }; without the floor: { $raw }
why-no-value = No value is set for this date
why-not-ranked =
    { $view ->
        [applicant] You are not among the candidates compared
       *[other] The applicant is not among the candidates compared
    }
why-not-established = Nobody has written these rules yet
why-outside-perimeter = This dwelling is outside the area of these rules
why-outside-population = These rules are not about this situation
why-outside-population-for = These rules are not about this situation ({ $condition })
why-held = Criterion met: { $label }
why-none-held = None of the criteria is met
why-unconditional = Granted without a condition
why-several = The sum of several amounts
why-refused = Condition not met
why-excepted = An exception applies: { $condition }
failed-division = It cannot be computed: it divides by zero
failed-overflow = It cannot be computed: the number is too large
failed-step = It cannot be computed: the rounding step is not positive
failed-row = It cannot be computed: no row of the table fits
failed-two-fillings = It cannot be computed: two policies apply at once
failed-not-whole = It cannot be computed: the duration is not a whole number
failed-empty-list = It cannot be computed: the list is empty
failed-script = It could not be computed
