/// State that several processes share, in Redis or Valkey: what makes one application out of many servers.
///
/// [Redis] is the entry, with [RedisSettings]. On top of it: [RedisSessionStore] for `Sessions.in`, [RedisRateStore]
/// for `RateLimit.in`, and [RedisBroadcast], which makes one broadcaster of those of all processes. What requests see
/// while Redis is away is said at each of them; all of them go on by themselves when it is back.
///
/// Inside: `Script` is a step that Redis takes as a whole, `SessionFormat` the form of values, `BroadcastReader` the
/// thread that reads. Caches, queues and locks do not belong here.
package wai.redis;
