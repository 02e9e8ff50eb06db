package wai.warp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// When the first bytes of a new connection are looked for.
class FirstBytesTest {
    private final FirstBytes guess = new FirstBytes();

    private int looksOf(int connections, boolean there) {
        int looks = 0;
        for (int i = 0; i < connections; i++) {
            if (guess.mayBeThere()) {
                looks++;
                guess.seen(there);
            }
        }
        return looks;
    }

    @Test
    void everyConnectionIsLookedAtWhileBytesAreThere() {
        assertThat(looksOf(100, true)).isEqualTo(100);
    }

    @Test
    void afterThreeLooksInVainOneConnectionOf32IsLookedAt() {
        assertThat(looksOf(3, false)).isEqualTo(3);

        assertThat(looksOf(31, false)).isZero();
        assertThat(looksOf(1, false)).isEqualTo(1);
        assertThat(looksOf(320, false)).isEqualTo(10);
    }

    @Test
    void bytesThatAreThereAgainHaveEveryConnectionLookedAt() {
        looksOf(3, false);
        looksOf(32, true);

        assertThat(looksOf(100, true)).isEqualTo(100);
    }

    @Test
    void twoLooksInVainChangeNothing() {
        looksOf(2, false);
        looksOf(1, true);
        looksOf(2, false);

        assertThat(looksOf(100, true)).isEqualTo(100);
    }
}
