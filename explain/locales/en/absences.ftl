# What is said in place of a value.

value-missing = not provided
value-withheld = not disclosed
value-not-shared = not shared with the employer
value-failed = cannot be computed
value-none = no value is set for this date
value-not-ranked = not among the candidates compared
value-of-others = depends on the other candidates
value-unknown = unknown
