/// Bytes that a client can check: they depend on their position and on how many there are.
final class Pattern {
    private Pattern() {}

    static byte at(int n, int i) {
        return (byte) (i * 31 + (i >> 8) * 17 + n);
    }

    static byte[] of(int n) {
        var bytes = new byte[n];
        for (int i = 0; i < n; i++) {
            bytes[i] = at(n, i);
        }
        return bytes;
    }
}
