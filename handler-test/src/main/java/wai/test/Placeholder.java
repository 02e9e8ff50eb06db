package wai.test;

/// Lets an empty package be exported; delete it with the first real class.
final class Placeholder {
    private Placeholder() {}
}
