/// Server push of HTTP/2, as applications ask for it: [ServerPush].
///
/// It is Warp's and not the contract's, because no other handler has it; how it is sent does not belong here.
package wai.warp.push;
