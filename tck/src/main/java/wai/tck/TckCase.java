package wai.tck;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import wai.Application;
import wai.Capability;
import wai.Request;
import wai.Respond;
import wai.ResponseReceived;
import wai.spi.Rule;

/// One case: a rule, a sentence, an application and what a client must see of it.
///
/// A case that needs a capability the handler does not declare, or depends on what the handler declares as a departure,
/// is replaced by its fallback, or reported as not supported. Nothing else can switch a case off.
public final class TckCase {
    /// The application of the server for all cases.
    static final String MAIN = "main";

    /// An application that works together with the check of its case. It may run in another process than the check, so
    /// all they share are requests, responses and notes.
    @FunctionalInterface
    interface StagedApplication {
        ResponseReceived handle(Request request, Respond respond, Backstage scene) throws Exception;
    }

    /// What a case needs of a backend, beside its client.
    private enum Ground {
        NONE,
        /// An address: the case starts servers, or looks whether they listen.
        ADDRESS,
        /// An endpoint that takes bytes of HTTP/1.
        HTTP_1,
        /// An endpoint with TLS.
        TLS
    }

    /// The client's side of a case; throws when the rule is broken.
    @FunctionalInterface
    interface Check {
        void run(Scene scene) throws Exception;
    }

    private final Rule rule;
    private final String name;
    private final Set<Capability> needs;
    private final Set<Departure> dependsOn;
    private final Ground ground;
    /// The applications by the name of their server; [#MAIN] is always there.
    private final Map<String, StagedApplication> applications;
    private final Check check;
    private final @Nullable TckCase fallback;

    private TckCase(
            Rule rule,
            String name,
            Set<Capability> needs,
            Set<Departure> dependsOn,
            Ground ground,
            Map<String, StagedApplication> applications,
            Check check,
            @Nullable TckCase fallback) {
        this.rule = requireNonNull(rule, "rule");
        this.name = requireNonNull(name, "name");
        this.needs = needs;
        this.dependsOn = dependsOn;
        this.ground = ground;
        this.applications = Map.copyOf(applications);
        this.check = requireNonNull(check, "check");
        this.fallback = fallback;
    }

    static TckCase serving(Rule rule, String name, Application application, Check check) {
        return staged(rule, name, (request, respond, _) -> application.handle(request, respond), check);
    }

    static TckCase staged(Rule rule, String name, StagedApplication application, Check check) {
        return new TckCase(rule, name, Set.of(), Set.of(), Ground.NONE, Map.of(MAIN, application), check, null);
    }

    /// The same case with an application for another server, which its check starts.
    TckCase alsoServing(String server, StagedApplication application) {
        var more = new HashMap<>(applications);
        more.put(requireNonNull(server, "server"), requireNonNull(application, "application"));
        return new TckCase(rule, name, needs, dependsOn, ground, more, check, fallback);
    }

    /// The same case for handlers that declare these capabilities.
    TckCase needing(Capability first, Capability... more) {
        return new TckCase(
                rule, name, Set.copyOf(EnumSet.of(first, more)), dependsOn, ground, applications, check, fallback);
    }

    /// The same case for handlers that declare none of these departures.
    TckCase unless(Departure first, Departure... more) {
        return new TckCase(
                rule, name, needs, Set.copyOf(EnumSet.of(first, more)), ground, applications, check, fallback);
    }

    /// The same case for handlers that read HTTP/1 at an address: its check sends bytes of its own.
    TckCase onTheWire() {
        return on(Ground.HTTP_1);
    }

    /// The same case for handlers that have an address, whatever they speak there.
    TckCase listening() {
        return on(Ground.ADDRESS);
    }

    /// The same case for endpoints with TLS.
    TckCase overTls() {
        return on(Ground.TLS);
    }

    private TckCase on(Ground newGround) {
        return new TckCase(rule, name, needs, dependsOn, newGround, applications, check, fallback);
    }

    /// The same case with what runs instead where a needed capability is not declared, or a departure is.
    TckCase orElse(TckCase otherwise) {
        return new TckCase(rule, name, needs, dependsOn, ground, applications, check, otherwise);
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

    /// The departures with which the case cannot hold.
    ///
    /// @return the departures; empty in most cases
    public Set<Departure> dependsOn() {
        if (!isOnTheWire()) {
            return dependsOn;
        }
        var all = EnumSet.of(Departure.NO_HTTP_1);
        all.addAll(dependsOn);
        return Set.copyOf(all);
    }

    /// Whether the case sends bytes of HTTP/1 and so needs [Backend#endpoint].
    ///
    /// @return false in most cases
    public boolean isOnTheWire() {
        return ground == Ground.HTTP_1;
    }

    /// What runs instead where a needed capability is not declared, or a departure is.
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

    /// This case or the fallback, whichever is right for a handler that declares this.
    TckCase chosenFor(Declared declared) {
        return fallback != null && !declared.allows(this) ? fallback.chosenFor(declared) : this;
    }

    /// Why a handler cannot run the case.
    ///
    /// @return the missing capabilities, the departures with their reasons, and what the endpoint lacks; empty when it
    ///     can
    List<String> missing(Declared declared, Optional<Endpoint> endpoint) {
        var missing = new ArrayList<String>(declared.obstacles(this));
        if (ground == Ground.TLS && endpoint.flatMap(Endpoint::tls).isEmpty()) {
            missing.add("an endpoint with TLS");
        } else if (ground != Ground.NONE && endpoint.isEmpty()) {
            missing.add("a network address");
        }
        return List.copyOf(missing);
    }

    /// The application of a server.
    StagedApplication application(String server) {
        var application = applications.get(server);
        if (application == null) {
            throw new IllegalArgumentException(this + " has no application for a server \"" + server + "\"");
        }
        return application;
    }

    void check(Scene scene) throws Exception {
        check.run(scene);
    }

    /// The chapter of the rule, as a heading.
    String chapter() {
        return rule.section().title() + " (" + rule.id().substring(0, 7).toUpperCase(Locale.ROOT) + ")";
    }
}
