package wai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilePartTest {
    @ParameterizedTest(name = "{1} bytes at {0} of {2}")
    @CsvSource({
        "-1, 1, 9",
        "0, -1, 9",
        "0, 0, -1",
        "0, 10, 9",
        "9, 1, 9",
        "10, 0, 9",
        "1, 9223372036854775807, 9223372036854775807",
        "9223372036854775807, 9223372036854775807, 9"
    })
    void refusesASliceThatIsNotInsideTheFile(long offset, long length, long size) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FilePart(offset, length, size))
                .withMessage("part of " + length + " bytes at " + offset + " of a file of " + size
                        + " bytes: expected 0 <= offset, 0 <= length, offset + length <= fileSize");
    }

    @Test
    void takesTheSlicesAtTheEnds() {
        assertThat(new FilePart(0, 9, 9).length()).isEqualTo(9);
        assertThat(new FilePart(9, 0, 9).offset()).isEqualTo(9);
        assertThat(new FilePart(0, Long.MAX_VALUE, Long.MAX_VALUE).fileSize()).isEqualTo(Long.MAX_VALUE);
    }
}
