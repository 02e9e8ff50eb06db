/// What can be set on Warp, in immutable groups; entry: [WarpSettings].
///
/// Every `withX` checks its value and answers a changed copy. Nothing here does anything.
package wai.warp.settings;
