package wai.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/// A step that Redis takes as a whole. Redis is given its text once and knows it by a digest from then on, until it is
/// started anew.
final class Script {
    private final String text;
    private final String digest;

    Script(String text) {
        this.text = text;
        try {
            digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8))); // Redis names it so
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    Object run(UnifiedJedis client, List<String> keys, List<String> arguments) {
        try {
            return client.evalsha(digest, keys, arguments);
        } catch (JedisNoScriptException _) { // it does not know it, or not any more
            return client.eval(text, keys, arguments);
        }
    }
}
