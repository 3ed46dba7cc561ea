//! The messages of a language: Fluent files, and the one list of keys.
//!
//! A key that no code uses is dead code, and does not compile; a test compares the files of each
//! language with the list, message by message and variable by variable.

use super::patterns::{Pattern, Variables};
use fluent_syntax::ast::Entry;
use std::collections::BTreeMap;

macro_rules! keys {
    ($($key:ident = $id:literal),+ $(,)?) => {
        /// A message of the Fluent files.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Key { $($key),+ }

        impl Key {
            /// Every key, in order.
            pub(super) const ALL: &'static [Self] = &[$(Self::$key),+];

            /// Its name in the files.
            pub(super) fn id(self) -> &'static str {
                match self { $(Self::$key => $id),+ }
            }
        }
    };
}

keys! {
    // nombres.ftl
    Quantity = "quantity",
    Percent = "percent",
    ThousandsMark = "thousands-mark",
    DecimalMark = "decimal-mark",
    Euro = "unit-euro",
    Month = "unit-month",
    Year = "unit-year",
    Day = "unit-day",
    Minute = "unit-minute",
    Kilometre = "unit-kilometre",
    SquareMetre = "unit-square-metre",
    Point = "unit-point",
    Date = "date",
    DateAt = "date-at",
    Yes = "yes",
    No = "no",
    RoundedForReading = "rounded-for-reading",
    Quoted = "quoted",
    // absences.ftl
    ValueMissing = "value-missing",
    ValueWithheld = "value-withheld",
    ValueNotShared = "value-not-shared",
    ValueFailed = "value-failed",
    ValueNone = "value-none",
    ValueNotRanked = "value-not-ranked",
    ValueOfOthers = "value-of-others",
    ValueUnknown = "value-unknown",
    // conditions.ftl
    Subject = "subject",
    SubjectEquals = "subject-equals",
    ComparisonRule = "comparison-rule",
    ComparisonMet = "comparison-met",
    ComparisonAlike = "comparison-alike",
    ComparisonMissed = "comparison-missed",
    ComparisonNot = "comparison-not",
    ComparisonUnknown = "comparison-unknown",
    TooLittle = "too-little",
    TooMuch = "too-much",
    TooEarly = "too-early",
    TooLate = "too-late",
    LessValue = "less-value",
    LessTerm = "less-term",
    AtMost = "at-most",
    MoreValue = "more-value",
    MoreTerm = "more-term",
    AtLeast = "at-least",
    SameTerm = "same-term",
    Other = "other",
    Before = "before",
    NotAfter = "not-after",
    After = "after",
    NotBefore = "not-before",
    Between = "between",
    FromToBelow = "from-to-below",
    AboveTo = "above-to",
    InsideBounds = "inside-bounds",
    ValueAndTerm = "value-and-term",
    TermWithoutValue = "term-without-value",
    AllOf = "all-of",
    AnyOf = "any-of",
    JoinAnd = "join-and",
    JoinOr = "join-or",
    JoinLastOr = "join-last-or",
    JoinLastAnd = "join-last-and",
    Grouped = "grouped",
    Known = "known",
    NotKnown = "not-known",
    Always = "always",
    Never = "never",
    // calculs.ftl
    Minimum = "minimum-of",
    Maximum = "maximum-of",
    RoundDown = "round-down",
    RoundUp = "round-up",
    RoundNearest = "round-nearest",
    RoundEven = "round-even",
    RoundWholeDown = "round-whole-down",
    RoundWholeUp = "round-whole-up",
    RoundWholeNearest = "round-whole-nearest",
    RoundWholeEven = "round-whole-even",
    LaterBy = "later-by",
    EarlierBy = "earlier-by",
    CompletedYears = "completed-years",
    CompletedMonths = "completed-months",
    DaysBetween = "days-between",
    EvaluationDay = "evaluation-day",
    NoValueWritten = "no-value-written",
    FromParameter = "from-parameter",
    FromTable = "from-table",
    TableRow = "table-row",
    Linear = "linear",
    FromScript = "from-script",
    Chosen = "chosen",
    ChosenBetween = "chosen-between",
    ListCount = "list-count",
    ListExists = "list-exists",
    ListNone = "list-none",
    ListAll = "list-all",
    ListNotAll = "list-not-all",
    ListSum = "list-sum",
    ListMinimum = "list-minimum",
    ListMaximum = "list-maximum",
    SuchThat = "such-that",
    RankAmong = "rank-among",
    AmongEligible = "among-eligible",
    AmongEveryone = "among-everyone",
    SmallestFirst = "smallest-first",
    GreatestFirst = "greatest-first",
    OldestFirst = "oldest-first",
    NewestFirst = "newest-first",
    GridTotal = "grid-total",
    StepLabelled = "step-labelled",
    StepEquals = "step-equals",
    StepAccepted = "step-accepted",
    StepHow = "step-how",
    StepHowAlone = "step-how-alone",
    StepIf = "step-if",
    StepUnless = "step-unless",
    StepFloor = "step-floor",
    StepCap = "step-cap",
    // motifs.ftl
    WhyMissing = "why-missing",
    WhyMissingOfOthers = "why-missing-of-others",
    WhyWithheld = "why-withheld",
    WhyNotShared = "why-not-shared",
    WhyAnonymous = "why-anonymous",
    WhyVerification = "why-verification",
    WhyValidation = "why-validation",
    WhyValidationBy = "why-validation-by",
    WhyValidationPending = "why-validation-pending",
    WhyValidationRefused = "why-validation-refused",
    WhyOutsidePeriod = "why-outside-period",
    InForceFromTo = "in-force-from-to",
    InForceFrom = "in-force-from",
    InForceTo = "in-force-to",
    WhyFamilyBest = "why-family-best",
    WhyFamilyFirst = "why-family-first",
    WhySlotUnfilled = "why-slot-unfilled",
    WhyCapped = "why-capped",
    WhyFloored = "why-floored",
    WhyNoValue = "why-no-value",
    WhyNotRanked = "why-not-ranked",
    WhyNotEstablished = "why-not-established",
    WhyOutsidePerimeter = "why-outside-perimeter",
    WhyOutsidePopulation = "why-outside-population",
    WhyOutsidePopulationFor = "why-outside-population-for",
    WhyHeld = "why-held",
    WhyNoneHeld = "why-none-held",
    WhyUnconditional = "why-unconditional",
    WhySeveral = "why-several",
    WhyRefused = "why-refused",
    WhyExcepted = "why-excepted",
    FailedDivision = "failed-division",
    FailedOverflow = "failed-overflow",
    FailedStep = "failed-step",
    FailedRow = "failed-row",
    FailedTwoFillings = "failed-two-fillings",
    FailedNotWhole = "failed-not-whole",
    FailedEmptyList = "failed-empty-list",
    FailedScript = "failed-script",
    // resultat.ftl
    Total = "total",
    TotalOf = "total-of",
    TotalRange = "total-range",
    Grids = "grids",
    GridNotEstablished = "grid-not-established",
    GridNotApplicable = "grid-not-applicable",
    GridIndeterminate = "grid-indeterminate",
    GridRange = "grid-range",
    PointsOf = "points-of",
    RankOf = "rank-of",
    RankIfAll = "rank-if-all",
    NotEligible = "not-eligible",
    MaybeEligible = "maybe-eligible",
    NotApplied = "not-applied",
    Unranked = "unranked",
    Tie = "tie",
    Proposed = "proposed",
    NotProposed = "not-proposed",
    Ordinal = "ordinal",
    // lignes.ftl
    LineSummary = "line-summary",
    LineRange = "line-range",
    NoteRelative = "note-relative",
    NoteRounded = "note-rounded",
    ConditionSummary = "condition-summary",
    ConditionHolds = "condition-holds",
    ConditionFails = "condition-fails",
    ConditionUnknown = "condition-unknown",
    // faits.ftl
    FactOfList = "fact-of-list",
    NoItem = "no-item",
    FactOrigin = "fact-origin",
    FactSource = "fact-source",
    FactDate = "fact-date",
    Declared = "declared",
    Verified = "verified",
    Validated = "validated",
    ValidatedBy = "validated-by",
    // depuis.ftl
    SinceBefore = "since-before",
    SinceSame = "since-same",
    SinceDifference = "since-difference",
    Gained = "gained",
    Lost = "lost",
    CauseDate = "cause-date",
    CauseRules = "cause-rules",
    CauseCampaign = "cause-campaign",
    CauseOthers = "cause-others",
    CauseOwn = "cause-own",
    SinceRank = "since-rank",
    SinceChange = "since-change",
    SinceList = "since-list",
    SinceUntranslated = "since-untranslated",
    // changements.ftl
    ChangesSome = "changes-some",
    ChangesNone = "changes-none",
    ChangesMore = "changes-more",
    ChangeTogether = "change-together",
    ChangeExactly = "change-exactly",
    ChangeBetween = "change-between",
    ChangeAtLeast = "change-at-least",
    ChangeAtMost = "change-at-most",
    ChangeVerify = "change-verify",
    ChangeValidate = "change-validate",
    ChangeValidateBy = "change-validate-by",
    ChangeToday = "change-today",
    ChangeNearest = "change-nearest",
    ChangeFromDay = "change-from-day",
    ChangeFromToDay = "change-from-to-day",
    ChangeThatDay = "change-that-day",
    ChangeLine = "change-line",
    ChangeTotal = "change-total",
    ChangeTotalSame = "change-total-same",
    ChangeGain = "change-gain",
    ChangeRank = "change-rank",
    ChangeRankSame = "change-rank-same",
    ChangeRanked = "change-ranked",
    ChangeEligible = "change-eligible",
    ChangeMaybeEligible = "change-maybe-eligible",
    Margins = "margins",
    Margin = "margin",
    ChangesSettled = "changes-settled",
    ChangesUnbounded = "changes-unbounded",
    Lacks = "lacks",
    LacksMore = "lacks-more",
    LackMissing = "lack-missing",
    LackProof = "lack-proof",
    LackValidation = "lack-validation",
    LackWithheld = "lack-withheld",
    LackNotShared = "lack-not-shared",
    LackDecides = "lack-decides",
    LackDecidesAll = "lack-decides-all",
    LackAlone = "lack-alone",
    LackEligibility = "lack-eligibility",
    LackLines = "lack-lines",
    Undecided = "undecided",
    UndecidedBeyond = "undecided-beyond",
    // rapport.ftl
    Mention = "mention",
    MentionPurpose = "mention-purpose",
    MentionResponsible = "mention-responsible",
    MentionContact = "mention-contact",
    MentionUnnamed = "mention-unnamed",
    MentionRight = "mention-right",
    MentionSilence = "mention-silence",
    ReportContribution = "report-contribution",
    ReportData = "report-data",
    ReportParameters = "report-parameters",
    ReportOperations = "report-operations",
    ReportAid = "report-aid",
    ReportKeeps = "report-keeps",
    ReportCommission = "report-commission",
    ReportRules = "report-rules",
    ReportParameter = "report-parameter",
    ReportCondition = "report-condition",
    ReportSum = "report-sum",
    ReportTotal = "report-total",
    ReportState = "report-state",
    ContestCorrect = "contest-correct",
    ContestReview = "contest-review",
    ContestAppeal = "contest-appeal",
    RulesFromTo = "rules-from-to",
    RulesFrom = "rules-from",
    RulesTo = "rules-to",
    RulesAlways = "rules-always",
    RulesVersion = "rules-version",
    // titres.ftl
    HeadingEligibility = "heading-eligibility",
    HeadingSince = "heading-since",
    HeadingChanges = "heading-changes",
    HeadingAcronyms = "heading-acronyms",
    HeadingSource = "heading-source",
    HeadingLegalBasis = "heading-legal-basis",
    HeadingHypothesis = "heading-hypothesis",
    Title = "title",
    TitleRanked = "title-ranked",
    Announced = "announced",
    RecueilNamed = "recueil-named",
    RulesNamed = "rules-named",
    MoreLines = "more-lines",
    More = "more",
    // page.ftl
    PageSkip = "skip",
    PageContents = "contents",
    PageKind = "page-kind",
    PageLines = "page-lines",
    PageDecides = "page-decides",
    PageRights = "page-rights",
    PageReport = "page-report",
    PageAppliedRules = "page-rules",
    PageGrid = "column-grid",
    PageLooked = "column-looked",
    PageSituation = "column-situation",
    PagePoints = "column-points",
    PageMaximum = "column-maximum",
    PageSum = "row-sum",
    PageNoMaximum = "no-maximum",
    PageGridsCaption = "caption-grids",
    PageLinesCaption = "caption-lines",
    PageDetail = "detail",
    PageDetailSteps = "detail-steps",
    PageDetailFacts = "detail-facts",
    PageDetailCriteria = "detail-criteria",
    PagePending = "mark-pending",
    PageNotEvaluable = "mark-not-evaluable",
    PageCapped = "mark-capped",
    PageTotalNote = "note-total",
    PageRankNote = "note-rank",
    PageCorrect = "link-correct",
    PageContest = "link-contest",
}

/// The texts of a language that are there when it is built, by file.
pub(super) struct Files {
    /// The language.
    pub(super) tag: &'static str,
    /// Its files: name and text.
    pub(super) files: &'static [(&'static str, &'static str)],
}

macro_rules! files {
    ($tag:literal) => {
        files!($tag: "nombres", "absences", "conditions", "calculs", "motifs", "resultat", "lignes", "faits", "titres", "depuis", "changements", "rapport", "page")
    };
    ($tag:literal: $($name:literal),+) => {
        Files {
            tag: $tag,
            files: &[$(($name, include_str!(concat!("../../locales/", $tag, "/", $name, ".ftl")))),+],
        }
    };
}

/// French.
pub(super) static FRENCH: Files = files!("fr");
/// English.
pub(super) static ENGLISH: Files = files!("en");

/// The messages of a language, read once: one for each key, in order.
#[derive(Debug)]
pub(super) struct Messages(Vec<Pattern>);

impl Messages {
    /// Reads the messages of a language. A message that cannot be read is empty, and is found by the
    /// tests of the files.
    pub(super) fn of(language: &Files) -> Self {
        let mut read = BTreeMap::new();
        for (_, text) in language.files {
            let parsed = fluent_syntax::parser::parse_runtime(*text);
            let resource = parsed.unwrap_or_else(|(readable, _)| readable);
            for entry in resource.body {
                let Entry::Message(message) = entry else { continue };
                let pattern = message.value.as_ref().and_then(Pattern::of);
                read.extend(pattern.map(|pattern| (message.id.name, pattern)));
            }
        }
        let patterns = Key::ALL.iter().map(|key| read.remove(key.id()).unwrap_or_default());
        Self(patterns.collect())
    }

    /// Says a message with its variables.
    pub(super) fn say(&self, key: Key, variables: &Variables<'_>) -> String {
        self.0.get(key as usize).map_or_else(String::new, |pattern| pattern.say(variables))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
    use std::collections::BTreeSet;

    /// The messages of a language: by name, the variables that they use. One language has a plural
    /// where another has none.
    fn messages(language: &Files) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        for (file, text) in language.files {
            let mut id = String::new();
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                if let Some((name, _)) = line.split_once('=')
                    && !line.starts_with(' ')
                {
                    id = name.trim().to_owned();
                    let known = found.insert(id.clone(), BTreeSet::new());
                    assert_eq!(known, None, "{file}: {id} is said twice");
                }
                let variables = line.split('$').skip(1).map(|rest| {
                    rest.chars().take_while(|c| c.is_alphanumeric()).collect::<String>()
                });
                if let Some(used) = found.get_mut(&id) {
                    used.extend(variables.filter(|variable| variable != "plural"));
                }
            }
        }
        found
    }

    #[test]
    fn every_language_has_every_message_and_no_other() {
        let french = messages(&FRENCH);
        let keys: BTreeSet<String> = Key::ALL.iter().map(|key| key.id().to_owned()).collect();
        assert_eq!(french.keys().cloned().collect::<BTreeSet<_>>(), keys);
        assert_eq!(messages(&ENGLISH), french, "same messages, same variables");
    }

    #[test]
    fn every_file_is_read_without_an_error() {
        for language in [&FRENCH, &ENGLISH] {
            for (file, text) in language.files {
                let read = fluent_syntax::parser::parse(*text);
                assert!(read.is_ok(), "{}/{file}: {:?}", language.tag, read.err());
            }
        }
    }

    /// The texts by which some message chooses.
    fn choices(language: &Files) -> BTreeSet<&'static str> {
        let lines = language.files.iter().flat_map(|(_, text)| text.lines());
        let names = lines.filter_map(|line| {
            line.trim_start_matches([' ', '*']).strip_prefix('[')?.split_once(']')
        });
        names.map(|(name, _)| name).chain(["x"]).collect()
    }

    /// What was compiled says what Fluent says, whatever the choices.
    #[test]
    fn every_message_is_said_as_fluent_says_it() {
        for language in [&FRENCH, &ENGLISH] {
            let compiled = Messages::of(language);
            let mut bundle = FluentBundle::default();
            bundle.set_use_isolating(false);
            for (_, text) in language.files {
                let resource = FluentResource::try_new((*text).to_owned()).unwrap();
                bundle.add_resource(resource).unwrap();
            }
            let by_name = messages(language);
            for key in Key::ALL {
                let mut names: Vec<&'static str> =
                    by_name[key.id()].iter().map(|name| &*name.clone().leak()).collect();
                names.push("plural");
                for value in choices(language) {
                    let variables: Vec<(&'static str, &str)> =
                        names.iter().map(|name| (*name, value)).collect();
                    let mut arguments = FluentArgs::new();
                    variables.iter().for_each(|(name, value)| arguments.set(*name, *value));
                    let message = bundle.get_message(key.id()).unwrap();
                    let mut errors = Vec::new();
                    let said = bundle.format_pattern(
                        message.value().unwrap(),
                        Some(&arguments),
                        &mut errors,
                    );
                    assert_eq!(errors, [], "{} {}", language.tag, key.id());
                    assert_eq!(compiled.say(*key, &variables), said, "{}", key.id());
                }
            }
        }
    }

    #[test]
    fn french_marks_keep_with_their_word() {
        for (file, text) in FRENCH.files {
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                for mark in [" :", " ;", " ?", " !", " »", "« "] {
                    assert!(!line.contains(mark), "{file}: a plain space in « {line} »");
                }
            }
        }
    }
}
