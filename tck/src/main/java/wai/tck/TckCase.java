package wai.tck;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Capability;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;
import wai.spi.Rule;

/// One case: a rule, a sentence, an application and what a client must see of it.
///
/// A case that needs a capability the handler does not declare is replaced by its fallback, or reported as not
/// supported. Nothing else can switch a case off.
public final class TckCase {
    /// An application that works together with the check of its case.
    @FunctionalInterface
    interface StagedApplication {
        ResponseReceived handle(Request request, Respond respond, Scene scene) throws Exception;
    }

    /// The client's side of a case; throws when the rule is broken.
    @FunctionalInterface
    interface Check {
        void run(Scene scene) throws Exception;
    }

    private final Rule rule;
    private final String name;
    private final Set<Capability> needs;
    private final boolean wire;
    private final StagedApplication application;
    private final Check check;
    private final @Nullable TckCase fallback;

    private TckCase(
            Rule rule,
            String name,
            Set<Capability> needs,
            boolean wire,
            StagedApplication application,
            Check check,
            @Nullable TckCase fallback) {
        this.rule = requireNonNull(rule, "rule");
        this.name = requireNonNull(name, "name");
        this.needs = needs;
        this.wire = wire;
        this.application = requireNonNull(application, "application");
        this.check = requireNonNull(check, "check");
        this.fallback = fallback;
    }

    static TckCase serving(Rule rule, String name, Application application, Check check) {
        return staged(rule, name, (request, respond, _) -> application.handle(request, respond), check);
    }

    static TckCase staged(Rule rule, String name, StagedApplication application, Check check) {
        return new TckCase(rule, name, Set.of(), false, application, check, null);
    }

    /// The same case for handlers that declare these capabilities.
    TckCase needing(Capability first, Capability... more) {
        return new TckCase(rule, name, Set.copyOf(EnumSet.of(first, more)), wire, application, check, fallback);
    }

    /// The same case for handlers that have an address: its check opens sockets of its own.
    TckCase onTheWire() {
        return new TckCase(rule, name, needs, true, application, check, fallback);
    }

    /// The same case with what runs instead where a needed capability is not declared.
    TckCase orElse(TckCase otherwise) {
        return new TckCase(rule, name, needs, wire, application, check, otherwise);
    }

    /// The rule that the case proves.
    ///
    /// @return the rule
    public Rule rule() {
        return rule;
    }

    /// What the handler does when it is right, in a sentence without its subject.
    ///
    /// @return `sends Content-Length for a body in memory`
    public String name() {
        return name;
    }

    /// The capabilities without which the case cannot run.
    ///
    /// @return the capabilities; empty in most cases
    public Set<Capability> needs() {
        return needs;
    }

    /// Whether the case opens sockets and so needs [Backend#address].
    ///
    /// @return false in most cases
    public boolean isOnTheWire() {
        return wire;
    }

    /// What runs instead where a needed capability is not declared.
    ///
    /// @return the other case; empty when there is none
    public Optional<TckCase> fallback() {
        return Optional.ofNullable(fallback);
    }

    /// Number of the rule and name of the case.
    ///
    /// @return `WAI-RSP-03 sends Content-Length for a body in memory`
    @Override
    public String toString() {
        return rule.id() + " " + name;
    }

    /// This case or the fallback, whichever is right for a handler of these capabilities.
    TckCase chosenFor(Set<Capability> declared) {
        return fallback != null && !declared.containsAll(needs) ? fallback.chosenFor(declared) : this;
    }

    /// Why a handler cannot run the case.
    ///
    /// @return the missing capabilities, and "address"; empty when it can
    List<String> missing(Set<Capability> declared, boolean hasAddress) {
        var missing = new TreeSet<String>();
        for (var capability : needs) {
            if (!declared.contains(capability)) {
                missing.add(capability.name());
            }
        }
        if (wire && !hasAddress) {
            missing.add("a network address");
        }
        return List.copyOf(missing);
    }

    ResponseReceived handle(Request request, Respond respond, Scene scene) throws Exception {
        return application.handle(request, respond, scene);
    }

    void check(Scene scene) throws Exception {
        check.run(scene);
    }

    /// The chapter of the rule, as a heading.
    String chapter() {
        return rule.section().title() + " (" + rule.id().substring(0, 7).toUpperCase(Locale.ROOT) + ")";
    }
}
