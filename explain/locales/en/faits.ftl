# What was looked at.

fact-of-list = { $label } ({ $list })
no-item = none
fact-origin = { $value } ({ $origin })
fact-source = source: { $source }
fact-date = on { $date }
declared = as declared
verified = document checked
validated = validated
validated-by = validated by { $by }
