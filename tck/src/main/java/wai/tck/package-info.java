/// The cases of the contract and what runs them against a handler.
package wai.tck;
