//! Who may do what: one table.
//!
//! Every route names an [`Action`]; every action has its row here for every role, or nothing compiles.
//! What is not granted is refused. Which views of an explanation a role may have is said by
//! [`Role::views`], never by what a request asks for alone.

use explain::View;
use serde::{Deserialize, Serialize};

/// What a caller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A service that evaluates.
    Service,
    /// Who writes the rules of Action Logement.
    Auteur,
    /// The human resources of one company.
    Rh,
    /// Who answers for the rules of a territory.
    Territoire,
    /// Reads all, changes nothing.
    Auditeur,
    /// Runs the server.
    Exploitant,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::Service, Self::Auteur, Self::Rh, Self::Territoire, Self::Auditeur, Self::Exploitant];

    /// Returns the views of an explanation that it may have; the first is the one that it has without asking.
    pub fn views(self) -> &'static [View] {
        match self {
            Self::Service => &[View::Applicant, View::Employer, View::Territory],
            Self::Auditeur => &[View::Auditor, View::Applicant, View::Employer, View::Territory],
            Self::Rh => &[View::Employer],
            Self::Territoire => &[View::Territory],
            Self::Auteur | Self::Exploitant => &[],
        }
    }
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Ask whether the server lives and is ready; read what the interface is.
    #[serde(rename = "voir")]
    See,
    /// Read what is in force: policies, the vocabulary, the schema of dossiers.
    #[serde(rename = "lire_regles")]
    ReadRules,
    /// Evaluate without a record.
    #[serde(rename = "evaluer")]
    Simulate,
    /// Explain without a record.
    #[serde(rename = "expliquer")]
    Explain,
    /// Check and compare rules that are sent.
    #[serde(rename = "verifier")]
    Check,
    /// Keep drafts of one's own rules.
    #[serde(rename = "rediger")]
    Draft,
    /// Publish versions of one's own rules, and withdraw them.
    #[serde(rename = "publier")]
    Publish,
    /// Decide, with a record.
    #[serde(rename = "decider")]
    Decide,
    /// Read a decision with its facts, its proof, its receipt; run it again.
    #[serde(rename = "lire_decision")]
    ReadDecision,
    /// Take away a decision with all that is kept of it.
    #[serde(rename = "exporter")]
    ExportCase,
    /// Look at decisions on pages, with their proofs and their replay.
    #[serde(rename = "auditer")]
    Audit,
    /// Read the explanation of a decision, in the views of one's role.
    #[serde(rename = "lire_explication")]
    ReadExplanation,
    /// Give an applicant a link to an explanation, or take it back.
    #[serde(rename = "donner_lien")]
    GiveLink,
    /// Open a link: it is its own key.
    #[serde(rename = "ouvrir_lien")]
    OpenLink,
    /// Read the log: entries without personal values, checkpoints, proofs.
    #[serde(rename = "lire_journal")]
    ReadLog,
    /// See the policy of one's own company.
    #[serde(rename = "voir_entreprise")]
    SeeCompany,
    /// Read the measures of the server, what it does and what it has done with the rules.
    #[serde(rename = "mesurer")]
    Measure,
    /// Put back the rules that served before.
    #[serde(rename = "revenir")]
    StepBack,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 18] = [
        Self::See,
        Self::ReadRules,
        Self::Simulate,
        Self::Explain,
        Self::Check,
        Self::Draft,
        Self::Publish,
        Self::Decide,
        Self::ReadDecision,
        Self::ExportCase,
        Self::Audit,
        Self::ReadExplanation,
        Self::GiveLink,
        Self::OpenLink,
        Self::ReadLog,
        Self::SeeCompany,
        Self::Measure,
        Self::StepBack,
    ];

    /// Returns its word, as configurations and the interface's description write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::See => "voir",
            Self::ReadRules => "lire_regles",
            Self::Simulate => "evaluer",
            Self::Explain => "expliquer",
            Self::Check => "verifier",
            Self::Draft => "rediger",
            Self::Publish => "publier",
            Self::Decide => "decider",
            Self::ReadDecision => "lire_decision",
            Self::ExportCase => "exporter",
            Self::Audit => "auditer",
            Self::ReadExplanation => "lire_explication",
            Self::GiveLink => "donner_lien",
            Self::OpenLink => "ouvrir_lien",
            Self::ReadLog => "lire_journal",
            Self::SeeCompany => "voir_entreprise",
            Self::Measure => "mesurer",
            Self::StepBack => "revenir",
        }
    }

    /// Tells whether it leaves something behind it, which is said in the logs with who did it.
    pub fn writes(self) -> bool {
        match self {
            Self::Draft | Self::Publish | Self::Decide | Self::GiveLink | Self::StepBack => true,
            Self::See
            | Self::ReadRules
            | Self::Simulate
            | Self::Explain
            | Self::Check
            | Self::ReadDecision
            | Self::ExportCase
            | Self::Audit
            | Self::ReadExplanation
            | Self::OpenLink
            | Self::ReadLog
            | Self::SeeCompany
            | Self::Measure => false,
        }
    }

    /// Tells whether it asks for no key.
    pub fn is_public(self) -> bool {
        match self {
            Self::See | Self::ReadRules | Self::ReadLog | Self::OpenLink => true,
            Self::Simulate
            | Self::Explain
            | Self::Check
            | Self::Draft
            | Self::Publish
            | Self::Decide
            | Self::ReadDecision
            | Self::ExportCase
            | Self::Audit
            | Self::ReadExplanation
            | Self::GiveLink
            | Self::SeeCompany
            | Self::Measure
            | Self::StepBack => false,
        }
    }

    /// Tells whether a role may do it: the table of permissions.
    #[rustfmt::skip]
    pub fn is_for(self, role: Role) -> bool {
        use Role::{Auditeur, Auteur, Exploitant, Rh, Service, Territoire};
        match self {
            Self::See | Self::ReadRules | Self::ReadLog | Self::OpenLink => true,
            Self::Simulate        => match role { Service | Auteur | Auditeur => true, Rh | Territoire | Exploitant => false },
            Self::Explain         => match role { Service | Auditeur | Rh | Territoire => true, Auteur | Exploitant => false },
            Self::Check           => match role { Auteur | Rh | Territoire | Auditeur => true, Service | Exploitant => false },
            Self::Draft | Self::Publish => match role { Auteur | Rh | Territoire => true, Service | Auditeur | Exploitant => false },
            Self::Decide          => match role { Service => true, Auteur | Rh | Territoire | Auditeur | Exploitant => false },
            Self::ReadDecision    => match role { Service | Auditeur => true, Auteur | Rh | Territoire | Exploitant => false },
            Self::ExportCase      => match role { Auditeur => true, Service | Auteur | Rh | Territoire | Exploitant => false },
            Self::Audit           => match role { Auditeur => true, Service | Auteur | Rh | Territoire | Exploitant => false },
            Self::ReadExplanation => match role { Service | Auditeur | Rh | Territoire => true, Auteur | Exploitant => false },
            Self::GiveLink        => match role { Service => true, Auteur | Rh | Territoire | Auditeur | Exploitant => false },
            Self::SeeCompany      => match role { Rh => true, Service | Auteur | Territoire | Auditeur | Exploitant => false },
            Self::Measure         => match role { Exploitant | Auditeur => true, Service | Auteur | Rh | Territoire => false },
            Self::StepBack        => match role { Exploitant => true, Service | Auteur | Rh | Territoire | Auditeur => false },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_with_a_view_may_ask_for_explanations_and_no_other_may() {
        for role in Role::ALL {
            let may = Action::ReadExplanation.is_for(role);
            assert_eq!(may, !role.views().is_empty(), "{role:?}");
            assert_eq!(may, Action::Explain.is_for(role), "{role:?}");
        }
    }

    #[test]
    fn an_auditor_changes_nothing_and_tenants_see_their_own_grid_alone() {
        for action in Action::ALL {
            assert!(!(action.writes() && action.is_for(Role::Auditeur)), "{action:?}");
        }
        for (role, view) in [(Role::Rh, View::Employer), (Role::Territoire, View::Territory)] {
            assert_eq!(role.views(), [view]);
            assert!(!Action::ReadDecision.is_for(role) && !Action::Simulate.is_for(role));
        }
    }
}
