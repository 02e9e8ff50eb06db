package wai.tck.http2;

/// Reads the Huffman code of HPACK (RFC 7541 §5.2, Appendix B), bit by bit.
///
/// The code is canonical: the codes of one length are consecutive, in the order of their symbols, behind those of the
/// shorter lengths. So the symbols by length are all there is to know.
final class Huffman {
    private static final int EOS = 256;
    private static final int SHORTEST = 5;

    /// The symbols whose codes have five bits, six bits and so on; the last is that of the end.
    private static final int[][] SYMBOLS = {
        {'0', '1', '2', 'a', 'c', 'e', 'i', 'o', 's', 't'},
        {
            ' ', '%', '-', '.', '/', '3', '4', '5', '6', '7', '8', '9', '=', 'A', '_', 'b', 'd', 'f', 'g', 'h', 'l',
            'm', 'n', 'p', 'r', 'u'
        },
        {
            ':', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U',
            'V', 'W', 'Y', 'j', 'k', 'q', 'v', 'w', 'x', 'y', 'z'
        },
        {'&', '*', ',', ';', 'X', 'Z'},
        {},
        {'!', '"', '(', ')', '?'},
        {'\'', '+', '|'},
        {'#', '>'},
        {0, '$', '@', '[', ']', '~'},
        {'^', '}'},
        {'<', '`', '{'},
        {},
        {},
        {},
        {'\\', 195, 208},
        {128, 130, 131, 162, 184, 194, 224, 226},
        {153, 161, 167, 172, 176, 177, 179, 209, 216, 217, 227, 229, 230},
        {
            129, 132, 133, 134, 136, 146, 154, 156, 160, 163, 164, 169, 170, 173, 178, 181, 185, 186, 187, 189, 190,
            196, 198, 228, 232, 233
        },
        {
            1, 135, 137, 138, 139, 140, 141, 143, 147, 149, 150, 151, 152, 155, 157, 158, 165, 166, 168, 174, 175, 180,
            182, 183, 188, 191, 197, 231, 239
        },
        {9, 142, 144, 145, 148, 159, 171, 206, 215, 225, 236, 237},
        {199, 207, 234, 235},
        {192, 193, 200, 201, 202, 205, 210, 213, 218, 219, 238, 240, 242, 243, 255},
        {203, 204, 211, 212, 214, 221, 222, 223, 241, 244, 245, 246, 247, 248, 250, 251, 252, 253, 254},
        {2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127, 220, 249
        },
        {},
        {10, 13, 22, EOS}
    };

    private Huffman() {}

    /// The text of a code.
    ///
    /// @throws NotHttp2Exception when EOS is in it, or it is padded with anything but up to seven ones
    static String decode(byte[] array, int from, int to) throws NotHttp2Exception {
        var text = new StringBuilder();
        int code = 0;
        int bits = 0;
        int first = 0; // the first code of the length
        for (int at = from * 8; at < to * 8; at++) {
            code = (code << 1) | ((array[at / 8] >>> (7 - at % 8)) & 1);
            bits++;
            first <<= 1;
            if (bits < SHORTEST) {
                continue;
            }
            var symbols = SYMBOLS[bits - SHORTEST];
            if (code - first < symbols.length) {
                int symbol = symbols[code - first];
                if (symbol == EOS) {
                    throw new NotHttp2Exception("EOS inside a string (RFC 7541 §5.2)");
                }
                text.append((char) symbol);
                code = 0;
                bits = 0;
                first = 0;
            } else {
                first += symbols.length;
            }
        }
        if (bits > 7 || code != (1 << bits) - 1) {
            throw new NotHttp2Exception("a string padded with " + bits + " bits of value " + code
                    + ": expected up to seven ones (RFC 7541 §5.2)");
        }
        return text.toString();
    }
}
