//! Automatic answers ([RFC 3834](https://www.rfc-editor.org/rfc/rfc3834)): not bounces.

use super::address::all_in;
use super::delivery_status::begins;
use super::draft::Draft;
use super::entity::HeaderSection;

/// Whether a message that is no report is an automatic answer of a person's account.
pub(super) fn is_auto_reply(header: HeaderSection<'_>) -> bool {
    if is_from_mail_system(header) {
        return false;
    }
    // RFC 3834 §5: `auto-replied` is an answer to one message; `auto-generated` is anything a program sends.
    let submitted = header.value("Auto-Submitted").unwrap_or_default();
    let named = ["X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Mail-Autoreply", "X-Auto-Reply", "X-Vacation"];
    begins(submitted.trim(), "auto-replied")
        || named.iter().any(|name| header.value(name).is_some())
        || header.value("Precedence").is_some_and(|word| word.eq_ignore_ascii_case("auto_reply"))
        || header.value("X-Apple-Action").is_some_and(|word| word.to_ascii_lowercase().contains("vacation"))
        || header.words("Subject").is_some_and(|subject| is_answer(&subject))
}

/// Whether the sender is a mail system: the null sender, a mailer daemon, a postmaster.
pub(super) fn is_from_mail_system(header: HeaderSection<'_>) -> bool {
    let from = header.value("From").unwrap_or_default().to_ascii_lowercase();
    let words = ["mailer-daemon", "mailer daemon", "mail delivery", "postmaster", "mail deliver", "delivery system"];
    header.value("X-Failed-Recipients").is_some() || words.iter().any(|word| from.contains(word))
}

fn is_answer(subject: &str) -> bool {
    const STARTS: [&str; 30] = [
        "auto reply",
        "auto-reply",
        "autoreply",
        "auto response",
        "auto-response",
        "automatic reply",
        "auto:",
        "out of office",
        "out-of-office",
        "out of the office",
        "automatische antwort",
        "abwesenheit",
        "réponse automatique",
        "absence du bureau",
        "respuesta automática",
        "fuera de la oficina",
        "resposta automática",
        "risposta automatica",
        "fuori sede",
        "automatisch antwoord",
        "afwezig",
        "automatiskt svar",
        "autosvar",
        "automatisk svar",
        "automaattinen vastaus",
        "automatická odpověď",
        "autoodpowiedź",
        "автоответ",
        "自動応答",
        "自動返信",
    ];
    let subject = subject.trim().to_lowercase();
    STARTS.iter().any(|start| subject.starts_with(start))
}

/// Who answered.
pub(super) fn answering(header: HeaderSection<'_>) -> Vec<Draft> {
    let from = header.value("From").or_else(|| header.value("Return-Path")).unwrap_or_default();
    all_in(&from).take(1).map(Draft::of).collect()
}
