package wai.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The session is in the cookie: nonce, then end and values encrypted by AES-256-GCM, in Base64 for URLs.
///
/// A nonce is 96 random bits; a secret is good for some billions of cookies.
final class CookieKeeper implements SessionKeeper {
    private static final int SECRET_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int LONGEST = 4096;
    private static final byte[] PURPOSE = "wai session cookie 1".getBytes(UTF_8);

    private final InstantSource clock;
    private final List<SecretKeySpec> keys = new ArrayList<>();
    private final SecureRandom random = new SecureRandom();

    CookieKeeper(InstantSource clock, byte[]... secrets) {
        this.clock = clock;
        if (secrets.length == 0) {
            throw new IllegalArgumentException("no secret for sessions: expected at least one");
        }
        for (var secret : secrets) {
            if (secret.length < SECRET_BYTES) {
                throw new IllegalArgumentException("a secret of " + secret.length + " bytes for sessions: expected "
                        + SECRET_BYTES + " random ones or more");
            }
            keys.add(key(secret));
        }
    }

    /// A key for this purpose alone, whatever else the secret is used for.
    private static SecretKeySpec key(byte[] secret) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(PURPOSE);
            return new SecretKeySpec(digest.digest(secret), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public @Nullable Loaded load(String cookie, Duration lifetime) {
        if (cookie.length() > LONGEST) {
            return null;
        }
        try {
            var sealed = Base64.getUrlDecoder().decode(cookie);
            for (var key : keys) {
                var plain = opened(key, sealed);
                if (plain != null) {
                    return read(plain, lifetime);
                }
            }
            return null;
        } catch (IllegalArgumentException | IOException _) { // not ours
            return null;
        }
    }

    private static byte @Nullable [] opened(SecretKeySpec key, byte[] sealed) {
        if (sealed.length <= NONCE_BYTES) {
            return null;
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, key, sealed).doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
        } catch (GeneralSecurityException _) { // forged, cut, or by another secret
            return null;
        }
    }

    private @Nullable Loaded read(byte[] plain, Duration lifetime) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(plain));
        long end = in.readLong();
        long left = end - clock.millis();
        if (left <= 0) {
            return null;
        }
        var values = new HashMap<String, String>();
        for (int count = in.readInt(); count > 0; count--) {
            values.put(readText(in), readText(in));
        }
        return new Loaded("", values, left < lifetime.toMillis() / 3 * 2);
    }

    @Override
    public String save(@Nullable Loaded loaded, Map<String, String> values, Duration lifetime) throws Exception {
        var plain = new ByteArrayOutputStream();
        var out = new DataOutputStream(plain);
        out.writeLong(clock.millis() + lifetime.toMillis());
        out.writeInt(values.size());
        for (var value : values.entrySet()) {
            writeText(out, value.getKey());
            writeText(out, value.getValue());
        }
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        var encrypted = cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), nonce).doFinal(plain.toByteArray());
        var sealed = Arrays.copyOf(nonce, nonce.length + encrypted.length);
        System.arraycopy(encrypted, 0, sealed, nonce.length, encrypted.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    @Override
    public String extend(Loaded loaded, Duration lifetime) throws Exception {
        return save(loaded, loaded.values(), lifetime);
    }

    /// There is nothing to forget.
    @Override
    public void delete(Loaded loaded) {}

    /// A cipher for one message; the array begins with its nonce.
    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, 0, NONCE_BYTES));
        return cipher;
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        var bytes = text.getBytes(UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), UTF_8);
    }
}
