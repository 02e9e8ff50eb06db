package wai.warp.settings;

import java.net.InetAddress;

/// A range of IP addresses: an address and how many of its leading bits count.
///
/// @param address the lowest address
/// @param bits 0 to 32 for IPv4, 0 to 128 for IPv6
record Network(InetAddress address, int bits) {
    /// Reads `10.0.0.0/8`, `fd00::/8`, or a single address.
    ///
    /// @throws IllegalArgumentException when it is neither, or has bits behind the length
    static Network parse(String text) {
        int slash = text.indexOf('/');
        try {
            var address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int most = address.getAddress().length * 8;
            int bits = slash < 0 ? most : Integer.parseInt(text, slash + 1, text.length(), 10);
            if (bits >= 0 && bits <= most && !hasBitsBehind(address.getAddress(), bits)) {
                return new Network(address, bits);
            }
        } catch (IllegalArgumentException _) { // of either number
            // said below
        }
        throw new IllegalArgumentException("network \"" + text + "\": expected an address, or the lowest address of a"
                + " range and its length in bits, as in 10.0.0.0/8 or fd00::/8");
    }

    /// Whether an address is one of these.
    boolean contains(InetAddress other) {
        var mine = address.getAddress();
        var theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            if (bit(mine, i) != bit(theirs, i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + bits;
    }

    private static boolean hasBitsBehind(byte[] octets, int bits) {
        for (int i = bits; i < octets.length * 8; i++) {
            if (bit(octets, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean bit(byte[] octets, int index) {
        return (octets[index >> 3] >> (7 - (index & 7)) & 1) != 0;
    }
}
