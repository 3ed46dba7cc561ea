# The texts of a page: what surrounds the sentences. $view: “applicant”, “employer”, “territory” or “auditor”.

skip = Skip to the content
contents = Contents
page-kind =
    { $view ->
        [applicant] Why you have these points
       *[other] Why these points
    }
page-lines =
    { $view ->
        [applicant] Your points, line by line
       *[other] The points, line by line
    }
page-decides = Who decides
page-rights =
    { $view ->
        [applicant] Your rights
       *[other] The applicant's rights
    }
page-report = Report on the processing (article R311-3-1-2)
page-rules = The rules applied
column-grid = Scale
column-looked = What was looked at
column-situation =
    { $view ->
        [applicant] Your situation
       *[other] The situation
    }
column-points = Points
column-maximum = Maximum
row-sum = Total
no-maximum = not set
caption-grids = The points, scale by scale
caption-lines = points, line by line
detail = Details
detail-steps = The calculation
detail-facts = The information used
detail-criteria = The criteria: one is enough
mark-pending = Awaited
mark-not-evaluable = Not known yet
mark-capped = Limited or raised
note-total = The total adds up the points of the scales that are established
note-rank = This place compares the applications ranked for this dwelling on this day. It may change if others apply or withdraw, or if a situation changes
link-correct = Is some information wrong? How to have it corrected
link-contest = How to contest these points
