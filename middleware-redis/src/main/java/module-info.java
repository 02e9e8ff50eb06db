import org.jspecify.annotations.NullMarked;

/// Sessions, rate limits and broadcast that several processes share, in Redis or Valkey.
///
/// The client, Jedis, does not show in what this one exports. It is a module by its manifest only, and so cannot say
/// itself that it needs the modules of Gson and SLF4J.
@NullMarked
@SuppressWarnings("requires-automatic")
module wai.redis {
    requires transitive wai.middleware;
    requires com.google.gson;
    requires org.apache.commons.pool2;
    requires org.slf4j;
    requires redis.clients.jedis;
    requires static org.jspecify;

    exports wai.redis;
}
