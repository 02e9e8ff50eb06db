package wai.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class UncheckedTest {
    @Test
    void leavesWhatNeedsNoDeclarationAsItIs() {
        var failure = new IllegalArgumentException();
        var error = new OutOfMemoryError();

        assertThat(Unchecked.of(failure)).isSameAs(failure);
        assertThatThrownBy(() -> Unchecked.of(error)).isSameAs(error);
    }

    @Test
    void wrapsWhatNobodyDeclared() {
        var failure = new IOException();

        assertThat(Unchecked.of(failure))
                .isInstanceOf(IllegalStateException.class)
                .hasCause(failure);
    }
}
