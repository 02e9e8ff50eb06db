package wai.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Compares secrets in a time that tells nothing about them.
///
/// {@snippet file="wai/security/Samples.java" region="secrets"}
public final class Secrets {
    private Secrets() {}

    /// Whether two texts are the same. How long it takes depends on the length of the given text alone, not on how much
    /// of it is right, nor on the length of the secret.
    ///
    /// @param given what somebody claims
    /// @param secret what it must be
    /// @return true when they are the same
    public static boolean matches(String given, String secret) {
        return MessageDigest.isEqual(digest(given), digest(secret));
    }

    /// All digests have the same length, so that no comparison is shorter than another.
    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
