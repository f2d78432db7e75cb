//! Does SPF, DKIM or DMARC pass now: judged for the address that the reply names.

use super::confirm::{Answered, Question};
use crate::bounce::Cause;
use crate::diagnosis::rules::spf::deciding_evidence;
use crate::dkim::{KeyLookup, KeyStatus};
#[cfg(feature = "verify")]
use crate::dkim::{SignatureOutcome, Verification};
use crate::dmarc::{self, Identities};
use crate::result::{DmarcResult, SpfResult};
use crate::spf::{CheckHost, Evaluation};

const NO_ADDRESS: &str = "the reply does not name the address, and no sending address was given";
const NO_BODY: &str = "the whole message did not come back, so its signatures cannot be verified";

/// What is known of the message's signatures.
enum Signatures {
    /// They were verified.
    #[cfg(feature = "verify")]
    Judged(Vec<SignatureOutcome>),
    /// There is none.
    Absent,
    /// They cannot be verified: why.
    NotJudged(&'static str),
}

impl Signatures {
    #[cfg_attr(not(feature = "verify"), expect(clippy::unnecessary_wraps, reason = "keys of signatures are asked for"))]
    fn of(question: &Question<'_>) -> Option<Self> {
        let case = question.case;
        #[cfg(feature = "verify")]
        if let Some(message) = &case.message {
            let check = case.at.into_iter().fold(Verification::of(message.mail()), Verification::at);
            return question.run(&check).map(|all| if all.is_empty() { Self::Absent } else { Self::Judged(all) });
        }
        let is_unsigned = case.bounce.as_ref().is_some_and(|bounce| bounce.original().is_unsigned());
        Some(if is_unsigned { Self::Absent } else { Self::NotJudged(NO_BODY) })
    }

    const fn is_known(&self) -> bool {
        !matches!(self, Self::NotJudged(_))
    }

    /// Whether one passes; `None` where that is not known.
    fn pass(&self) -> Option<bool> {
        match self {
            #[cfg(feature = "verify")]
            Self::Judged(all) => Some(all.iter().any(|one| one.result() == crate::result::DkimResult::Pass)),
            Self::Absent => Some(false),
            Self::NotJudged(_) => None,
        }
    }

    fn add_to(&self, identities: Identities, spf: Option<&Evaluation>) -> Identities {
        match self {
            #[cfg(feature = "verify")]
            Self::Judged(all) => identities.with_found(spf, all),
            Self::Absent | Self::NotJudged(_) => identities.with_evaluated(spf),
        }
    }
}

/// SPF of the envelope sender at each address.
fn evaluations(question: &Question<'_>) -> Option<Vec<Evaluation>> {
    let sender = question.sender_domain().map(|domain| sender_at(question, &domain.to_string()));
    let sender = sender.unwrap_or_else(|| question.case.sender());
    let addresses = question.addresses().into_iter();
    let checks: Vec<CheckHost> = addresses.map(|ip| question.case.check_host_of(ip, &sender)).collect();
    question.run(&checks)
}

/// The envelope sender itself where it is known and of that domain, for macros of the local part.
fn sender_at(question: &Question<'_>, domain: &str) -> String {
    let named = question.reply().parameters().sender.as_deref();
    let return_path = question.case.bounce.as_ref().and_then(|bounce| bounce.original().sent.return_path.as_deref());
    let of_domain = |sender: &&str| sender.rsplit_once('@').is_some_and(|(_, at)| at.eq_ignore_ascii_case(domain));
    let found = named.into_iter().chain(return_path).find(of_domain);
    found.map_or_else(|| format!("postmaster@{}", domain.replace('@', "\\064")), str::to_owned)
}

pub(super) fn spf(question: &Question<'_>) -> Option<Answered> {
    let all = evaluations(question)?;
    let each = all.iter().map(|evaluation| of_spf(question.cause, evaluation));
    Some(Answered::most(each).unwrap_or_else(|| Answered::unknown(NO_ADDRESS)))
}

fn of_spf(cause: Cause, evaluation: &Evaluation) -> Answered {
    let (ip, domain, result) = (evaluation.ip(), evaluation.domain(), evaluation.result());
    let says = format!(
        "SPF gives {result} for {ip} and {}: {}",
        crate::escaped::Escaped(domain.as_bytes()),
        evaluation.cause()
    );
    let answered = match (result, cause) {
        (SpfResult::Pass, _) => Answered::refuted(format!("SPF passes now: {says}")),
        (SpfResult::Temperror, _) => Answered::unknown(says),
        (SpfResult::Permerror, _) => Answered::confirmed(says),
        (_, Cause::SpfError) => Answered::refuted(format!("the record can be evaluated now: {says}")),
        _ => Answered::confirmed(says),
    };
    answered.asking(evaluation.cause().query()).with(deciding_evidence(evaluation))
}

pub(super) fn dkim(question: &Question<'_>) -> Option<Answered> {
    let signatures = Signatures::of(question)?;
    Some(match signatures.pass() {
        Some(true) => Answered::refuted("a signature of the message that came back verifies now"),
        Some(false) if matches!(signatures, Signatures::Absent) => {
            Answered::confirmed("the message carries no signature")
        }
        Some(false) => Answered::confirmed("no signature of the message that came back verifies"),
        None => return keys(question),
    })
}

/// Without the body: a signature whose key is not there fails for sure.
fn keys(question: &Question<'_>) -> Option<Answered> {
    let keys = question.case.keys();
    let checks: Vec<KeyLookup> = keys.into_iter().map(|(selector, domain)| KeyLookup::new(&selector, domain)).collect();
    let outcomes = question.run(&checks)?;
    let is_bad = |status: &KeyStatus| !matches!(status, KeyStatus::Usable(_) | KeyStatus::Unknown(_));
    let all_bad = !outcomes.is_empty() && outcomes.iter().all(|outcome| is_bad(outcome.status()));
    let queries = || outcomes.iter().filter_map(|outcome| outcome.query());
    let answered = match outcomes.first() {
        Some(first) if all_bad => Answered::confirmed(format!("no signature of the message can verify: {first}")),
        _ => Answered::unknown(NO_BODY),
    };
    Some(answered.asking(queries()).with(question.lookups.evidence_of(queries())))
}

/// Neither SPF nor DKIM.
pub(super) fn none_passes(question: &Question<'_>) -> Option<Answered> {
    let (all, signatures) = (evaluations(question)?, Signatures::of(question)?);
    if signatures.pass() == Some(true) {
        return Some(Answered::refuted("a signature of the message that came back verifies now"));
    }
    let answered = Answered::most(all.iter().map(|evaluation| of_spf(Cause::SpfFail, evaluation)));
    let Some(mut answered) = answered else { return Some(Answered::unknown(NO_ADDRESS)) };
    if answered.confirmation.is_confirmed() {
        let says = answered.confirmation.reason();
        answered.confirmation = match &signatures {
            Signatures::NotJudged(why) => Answered::unknown(format!("{says}; {why}")).confirmation,
            Signatures::Absent => Answered::confirmed(format!("{says}; the message carries no signature")).confirmation,
            #[cfg(feature = "verify")]
            Signatures::Judged(_) => Answered::confirmed(format!("{says}; no signature verifies")).confirmation,
        };
    }
    Some(answered)
}

/// What DMARC comes to.
pub(super) fn dmarc(question: &Question<'_>) -> Option<Answered> {
    let Some(author) = question.author_domain() else {
        return Some(Answered::unknown("the domain in From is not known"));
    };
    let (all, signatures) = (evaluations(question)?, Signatures::of(question)?);
    let of = |spf: Option<&Evaluation>| dmarc::Evaluation::of(signatures.add_to(Identities::new(author.clone()), spf));
    let checks: Vec<dmarc::Evaluation> =
        if all.is_empty() { vec![of(None)] } else { all.iter().map(|spf| of(Some(spf))).collect() };
    let outcomes = question.run(&checks)?;
    let has_address = !all.is_empty();
    let each = outcomes.iter().map(|outcome| of_dmarc(question, outcome, has_address && signatures.is_known()));
    Answered::most(each)
}

fn of_dmarc(question: &Question<'_>, outcome: &dmarc::Outcome, is_all_known: bool) -> Answered {
    let verdict = outcome.rfc9989();
    let says = verdict.to_string();
    let answered = match verdict.result() {
        DmarcResult::Pass => Answered::refuted(format!("DMARC passes now: {says}")),
        DmarcResult::Fail if is_all_known => Answered::confirmed(says),
        DmarcResult::Fail => Answered::unknown(format!("{says}, as far as it can be judged: {NO_BODY}")),
        // A receiver that demands a record of its own accord.
        DmarcResult::None if question.cause == Cause::AuthLevel => Answered::confirmed(says),
        DmarcResult::None => Answered::refuted(format!("no policy asks for it now: {says}")),
        DmarcResult::Temperror | DmarcResult::Permerror => Answered::unknown(says),
    };
    let decision = verdict.decision().map(|decision| {
        crate::diagnosis::finding::Evidence::of_record(
            decision.query().clone(),
            decision.text().clone(),
            Some(decision.span()),
        )
    });
    answered.asking(outcome.queries()).with(decision)
}
