package wai.warp.observe;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/// An application broke the contract.
@Name("wai.ContractViolation")
@Label("Contract Violation")
@Category("WAI")
@Description("An application or a middleware broke a rule of the contract")
final class ContractViolationEvent extends Event {
    @Label("Rule")
    @Description("The number of the rule in the specification: WAI-APP-01")
    @Nullable
    String rule;

    @Label("Message")
    @Nullable
    String message;

    @Label("Method")
    @Nullable
    String method;

    @Label("Path")
    @Nullable
    String path;
}
