package wai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import wai.testing.Property;

class VaultTest {
    private static final Key<String> USER = Key.named("user");
    private static final Key<Integer> COUNT = Key.named("count");

    @Test
    void givesBackWhatWasPutIn() {
        var vault = Vault.EMPTY.with(USER, "ann").with(COUNT, 3);

        assertThat(vault.get(USER)).contains("ann");
        assertThat(vault.get(COUNT)).contains(3);
        assertThat(Vault.EMPTY.get(USER)).isEmpty();
    }

    @Test
    void aKeyOfTheSameNameIsAnotherKey() {
        var vault = Vault.EMPTY.with(USER, "ann");

        assertThat(vault.get(Key.<String>named("user"))).isEmpty();
        assertThat(Key.named("user")).isNotEqualTo(USER).hasToString("Key[user]");
    }

    @Test
    void behavesAsAMapWhosePastIsKept() {
        Property.holds(draw -> {
            var keys = List.of(Key.<Integer>named("a"), Key.<Integer>named("a"), Key.<Integer>named("b"));
            var vault = Vault.EMPTY;
            var model = new HashMap<Key<Integer>, Integer>();

            for (int step = draw.number(0, 20); step > 0; step--) {
                var key = draw.oneOf(keys.get(0), keys.get(1), keys.get(2));
                var before = vault;
                var seenBefore = before.get(key);
                if (draw.coin()) {
                    vault = vault.with(key, step);
                    model.put(key, step);
                } else {
                    vault = vault.without(key);
                    model.remove(key);
                }

                assertThat(before.get(key)).isEqualTo(seenBefore);
                for (var each : keys) {
                    assertThat(vault.get(each).orElse(-1)).isEqualTo(model.getOrDefault(each, -1));
                }
            }
        });
    }

    @Test
    void removingWhatIsNotThereAnswersTheSameVault() {
        var vault = Vault.EMPTY.with(USER, "ann");

        assertThat(vault.without(COUNT)).isSameAs(vault);
        assertThat(vault.without(USER).get(USER)).isEmpty();
    }

    @Test
    void showsNamesAndNoValues() {
        assertThat(Vault.EMPTY.with(USER, "s3cret").with(COUNT, 7)).hasToString("Vault[Key[user], Key[count]]");
        assertThat(Vault.EMPTY).hasToString("Vault[]");
    }

    @Test
    @SuppressWarnings("NullAway") // that is the test
    void refusesNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> Vault.EMPTY.with(USER, null))
                .withMessage("value");
        assertThatNullPointerException()
                .isThrownBy(() -> Vault.EMPTY.with(null, "ann"))
                .withMessage("key");
        assertThatNullPointerException().isThrownBy(() -> Key.named(null)).withMessage("name");
    }
}
