import org.jspecify.annotations.NullMarked;

/// Sessions, rate limits and broadcast that several processes share, in Redis or Valkey.
///
/// The client, Jedis, is a module by its manifest only; it does not show in what this one exports.
@NullMarked
@SuppressWarnings("requires-automatic")
module wai.redis {
    requires transitive wai.middleware;
    requires redis.clients.jedis;
    requires static org.jspecify;

    exports wai.redis;
}
