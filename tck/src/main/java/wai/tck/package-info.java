/// The test kit: proves that a handler keeps the contract, rule by rule.
///
/// Start at [HandlerTck]: a handler's own test extends it, starts itself as a [Backend] and declares its capabilities.
/// Cases are data ([TckCase]) and know nothing of JUnit; [Main] and [TckRun] run them without it. The kit knows no
/// handler: what it needs of one stands in [Backend], [Client] and [ClientCall]. Checks of one handler's own settings,
/// limits and speed do not belong here.
package wai.tck;
