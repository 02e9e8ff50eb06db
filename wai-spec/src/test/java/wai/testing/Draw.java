package wai.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// The random input of one try: the same seed draws the same things.
public final class Draw {
    private static final String[] CHARACTERS = {
        "a",
        "Z",
        "7",
        "-",
        ".",
        "_",
        "~",
        "/",
        "%",
        "%2",
        "%2F",
        "%zz",
        "+",
        " ",
        "&",
        ";",
        "=",
        "?",
        "#",
        ",",
        "\"",
        "\\",
        "\t",
        "\u0000",
        "\r",
        "\n",
        "\u007f",
        "\u0080",
        "ä",
        "ÿ",
        "€",
        "\uD83D\uDE00"
    };

    private final SplittableRandom random;

    Draw(long seed) {
        random = new SplittableRandom(seed);
    }

    /// A number from `min` to `max`, both possible.
    public int number(int min, int max) {
        return random.nextInt(min, max + 1);
    }

    /// Any long, small ones and the extremes more often than chance has it.
    public long anyLong() {
        return switch (number(0, 3)) {
            case 0 -> number(-20, 20);
            case 1 -> Long.MIN_VALUE >> number(0, 63);
            case 2 -> Long.MAX_VALUE >> number(0, 62);
            default -> random.nextLong();
        };
    }

    /// True half of the time.
    public boolean coin() {
        return random.nextBoolean();
    }

    /// One of some values.
    @SafeVarargs
    public final <T> T oneOf(T... values) {
        return values[number(0, values.length - 1)];
    }

    /// Up to `max` things.
    public <T> List<T> list(int max, Supplier<T> element) {
        int size = number(0, max);
        var list = new ArrayList<T>(size);
        for (int i = 0; i < size; i++) {
            list.add(element.get());
        }
        return list;
    }

    /// Up to `max` bytes.
    public byte[] bytes(int max) {
        var bytes = new byte[number(0, max)];
        random.nextBytes(bytes);
        return bytes;
    }

    /// Text of up to `max` characters, many of which mean something somewhere in HTTP; no unpaired surrogates.
    public String text(int max) {
        return String.join("", list(max, () -> oneOf(CHARACTERS)));
    }
}
