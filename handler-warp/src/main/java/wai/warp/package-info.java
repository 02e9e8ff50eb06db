/// What a user of the server sees: starting it, its settings, stopping it.
package wai.warp;
