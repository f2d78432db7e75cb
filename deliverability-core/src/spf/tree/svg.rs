pub(super) fn draw(_: &super::outcome::TreeOutcome) -> String {
    String::new()
}
