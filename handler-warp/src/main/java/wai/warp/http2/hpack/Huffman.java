package wai.warp.http2.hpack;

import java.util.Arrays;
import wai.warp.http1.OutputBuffer;

/// The Huffman code of field compression (RFC 7541 §5.2, Appendix B).
///
/// The code is canonical: codes of one length are consecutive numbers in the order of their symbols, and follow those
/// of the shorter lengths. So the lengths are all there is to know. Decoding goes four bits at a time through a table
/// of (node of the code tree × bits); the shortest code has five bits, so that no step ends two symbols.
final class Huffman {
    private static final int EOS = 256;
    /// The length of each symbol's code in bits, EOS last.
    private static final byte[] LENGTHS = {
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    };

    private static final int LONGEST = 30;
    /// Padding is the beginning of EOS and shorter than an octet (RFC 7541 §5.2).
    private static final int LONGEST_PADDING = 7;

    private static final int[] CODES = codes();

    private static final int STEP_BITS = 4;
    private static final int STEPS = 1 << STEP_BITS;
    private static final short FAIL = -1;
    private static final short NO_SYMBOL = -1;
    private static final int ROOT = 0;
    /// The node behind four bits, by node × bits; [#FAIL] when they complete EOS.
    private static final short[] NEXT = new short[EOS * STEPS];
    /// The symbol that the four bits complete, or [#NO_SYMBOL].
    private static final short[] SYMBOL = new short[EOS * STEPS];
    /// Whether the input may end at the node.
    private static final boolean[] MAY_END = new boolean[EOS];

    static {
        new Tree().fillTables();
    }

    private Huffman() {}

    /// How many octets a text takes.
    ///
    /// @param text characters up to U+00FF
    static int encodedSize(String text) {
        long bits = 0;
        for (int i = 0; i < text.length(); i++) {
            bits += LENGTHS[text.charAt(i)];
        }
        return (int) ((bits + 7) / 8);
    }

    /// Appends the code of a text.
    ///
    /// @param text characters up to U+00FF
    /// @param out takes [#encodedSize] octets
    static void encode(String text, OutputBuffer out) {
        long bits = 0;
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bits = bits << LENGTHS[c] | CODES[c];
            count += LENGTHS[c];
            while (count >= 8) {
                count -= 8;
                out.putOctet((int) (bits >>> count));
            }
        }
        if (count > 0) {
            out.putOctet((int) (bits << (8 - count)) | 0xff >>> count);
        }
    }

    /// The most octets that so many octets of code can stand for.
    static int mostDecoded(int encodedSize) {
        return (int) Math.min(encodedSize * 8L / 5, Integer.MAX_VALUE);
    }

    /// Decodes a text.
    ///
    /// @param array holds the code
    /// @param from where it begins
    /// @param to behind its last octet
    /// @param target takes the text from its beginning; large enough for [#mostDecoded]
    /// @return how many octets the text has
    /// @throws HpackFault when the code has EOS in it, or is padded with anything but up to seven ones
    static int decode(byte[] array, int from, int to, byte[] target) throws HpackFault {
        int node = ROOT;
        int count = 0;
        for (int at = from; at < to; at++) {
            for (int shift = STEP_BITS; shift >= 0; shift -= STEP_BITS) {
                int entry = node * STEPS + (array[at] >>> shift & (STEPS - 1));
                node = NEXT[entry];
                if (node == FAIL) {
                    throw new HpackFault("Huffman code of EOS: expected none in a string (RFC 7541 §5.2)");
                }
                if (SYMBOL[entry] != NO_SYMBOL) {
                    target[count++] = (byte) SYMBOL[entry];
                }
            }
        }
        if (!MAY_END[node]) {
            throw new HpackFault("Huffman padding: expected at most seven bits, all ones (RFC 7541 §5.2)");
        }
        return count;
    }

    private static int[] codes() {
        var codes = new int[LENGTHS.length];
        int next = 0;
        for (int length = 1; length <= LONGEST; length++) {
            next <<= 1;
            for (int symbol = 0; symbol < LENGTHS.length; symbol++) {
                if (LENGTHS[symbol] == length) {
                    codes[symbol] = next++;
                }
            }
        }
        return codes;
    }

    /// The code as a tree, from which the tables are made; inner nodes are numbered, the root is 0.
    private static final class Tree {
        /// By node × bit: the next node, or the symbol as its complement.
        private final int[] children = new int[EOS * 2];

        private int nodes = 1;

        Tree() {
            Arrays.fill(children, Integer.MAX_VALUE);
            for (int symbol = 0; symbol < LENGTHS.length; symbol++) {
                int node = ROOT;
                for (int bit = LENGTHS[symbol] - 1; bit > 0; bit--) {
                    int child = node * 2 + (CODES[symbol] >>> bit & 1);
                    if (children[child] == Integer.MAX_VALUE) {
                        children[child] = nodes++;
                    }
                    node = children[child];
                }
                children[node * 2 + (CODES[symbol] & 1)] = ~symbol;
            }
        }

        void fillTables() {
            for (int node = 0; node < nodes; node++) {
                for (int bits = 0; bits < STEPS; bits++) {
                    fill(node, bits);
                }
            }
            int node = ROOT;
            for (int ones = 0; ones <= LONGEST_PADDING; ones++) {
                MAY_END[node] = true;
                node = children[node * 2 + 1];
            }
        }

        private void fill(int from, int bits) {
            int entry = from * STEPS + bits;
            int node = from;
            SYMBOL[entry] = NO_SYMBOL;
            for (int bit = STEP_BITS - 1; bit >= 0; bit--) {
                int child = children[node * 2 + (bits >>> bit & 1)];
                if (child == ~EOS) {
                    NEXT[entry] = FAIL;
                    return;
                }
                if (child < 0) {
                    SYMBOL[entry] = (short) ~child;
                    child = ROOT;
                }
                node = child;
            }
            NEXT[entry] = (short) node;
        }
    }
}
