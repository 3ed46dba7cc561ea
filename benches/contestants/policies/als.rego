# The workload in Rego: every value is a rule of its own, `result` gathers them.
package als

import rego.v1

default points_age := 0

points_age := 70 if floor((input.today - input.born) / 10000) < 30

default points_mobility := 0

points_mobility := 70 if input.moved >= 70

hundredfold := input.rent * 100

above := hundredfold - (33 * input.income)

below := (26 * input.income) - hundredfold

default points_effort := 40

points_effort := max([0, 40 - (4 * ceil(above / input.income))]) if above > 0

points_effort := max([0, 40 - (4 * ceil(below / input.income))]) if below > 0

default points_turned_down := 0

points_turned_down := 40 if input.turned_down

default points_declined := 0

points_declined := -40 if input.declined

points_seniority := max([0, 21 - input.rank])

lines_als := ((points_age + points_mobility) + points_effort) + ((points_turned_down + points_declined) + points_seniority)

grid_als := min([240, max([0, lines_als])])

shared if input.choice != "anonyme"

paid_for if input.contributes

paid_for if input.compensated

far if input.recruited_far

far if input.commute > 40

settled if input.situation == "apprenti"

settled if {
	input.situation == "cdi"
	input.today - input.hired >= 20000
}

in_charge if input.disabled

in_charge if input.dependants >= 2

default points_base := 0

points_base := 240 if {
	shared
	paid_for
	input.validated
}

default points_a := 0

points_a := 166 if {
	shared
	far
}

default points_b := 0

points_b := 80 if {
	shared
	settled
}

default points_c := 0

points_c := 34 if {
	shared
	in_charge
}

grid_company := min([520, (points_base + points_a) + (points_b + points_c)])

default grid_balance := 0

grid_balance := 240 if input.category == input.behind

points_dwelling := data.dwellings[input.dwelling]

default points_priority := 0

points_priority := 50 if input.priority

waited := input.today - input.requested

points_waiting := 0 if {
	waited < 20000
} else := 5 if {
	waited < 30000
} else := 10 if {
	waited < 50000
} else := 20 if {
	waited < 80000
} else := 30

grid_territory := min([100, (points_dwelling + points_priority) + points_waiting])

total := (grid_als + grid_company) + (grid_balance + grid_territory)

default eligible := 0

eligible := 1 if input.taxed <= data.ceilings[min([input.household, 6]) - 1]

result := {
	"points_age": points_age,
	"points_mobility": points_mobility,
	"points_effort": points_effort,
	"points_turned_down": points_turned_down,
	"points_declined": points_declined,
	"points_seniority": points_seniority,
	"grid_als": grid_als,
	"points_base": points_base,
	"points_a": points_a,
	"points_b": points_b,
	"points_c": points_c,
	"grid_company": grid_company,
	"grid_balance": grid_balance,
	"points_dwelling": points_dwelling,
	"points_priority": points_priority,
	"points_waiting": points_waiting,
	"grid_territory": grid_territory,
	"total": total,
	"eligible": eligible,
}
