package wai.warp.arrival;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wai.warp.tls.Identity;

/// The identities of a listener, and which of them a server name means.
final class Identities {
    private final List<Identity> all;
    private final Map<String, List<Identity>> byName = new HashMap<>();

    /// @param all the default one first; may be empty
    Identities(List<Identity> all) {
        this.all = List.copyOf(all);
        for (var identity : this.all) {
            for (var name : identity.names()) {
                byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(identity);
            }
        }
    }

    /// Those for a server name: with the name itself, else with a wildcard in place of its first label (RFC 6125
    /// §6.4.3).
    ///
    /// @param name in lower case
    /// @return empty when none has the name
    List<Identity> named(String name) {
        var exact = byName.get(name);
        if (exact != null) {
            return exact;
        }
        int dot = name.indexOf('.');
        return dot < 0 ? List.of() : byName.getOrDefault("*" + name.substring(dot), List.of());
    }

    /// Those for a client whose name none has: the first one, and others for the same names with another kind of key.
    List<Identity> otherwise() {
        if (all.isEmpty()) {
            return List.of();
        }
        var first = all.getFirst();
        return all.stream()
                .filter(identity -> identity.names().equals(first.names()))
                .toList();
    }

    /// The first one with a kind of key.
    static Optional<Identity> withKey(String kind, List<Identity> among) {
        return among.stream()
                .filter(identity -> identity.chain()
                        .getFirst()
                        .getPublicKey()
                        .getAlgorithm()
                        .equals(kind))
                .findFirst();
    }
}
