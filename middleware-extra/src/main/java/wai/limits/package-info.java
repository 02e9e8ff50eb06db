/// How much is done at a time and how long: for requests that would take more than their share.
///
/// [Timeout] bounds how long one request waits for its response, [ConcurrencyLimit] how many are worked on at a time,
/// [RateLimit] how many one client may send, in this process or by a [RateStore]. Sizes of bodies: `RequestSizeLimit`
/// in `wai.middleware`; computing: `Offload` there.
package wai.limits;
