/// Checks applications and middleware while they run, against the rules of the contract.
///
/// [Lint] is the entry, and all that is public. Its parts are to be read in this order: `LintLayer` is a border around
/// an application, `LintCall` one request through it, `LintTrail` what all layers of one exchange know together; then
/// what they check with. What the rules are stands in [wai.spi.Rule].
package wai.lint;
