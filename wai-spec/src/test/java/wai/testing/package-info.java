/// What the tests of this module share: a driver for properties, an exchange that keeps what it is told.
///
/// Test code of this module only; other modules test with `handler-test`.
@NullMarked
package wai.testing;

import org.jspecify.annotations.NullMarked;
