package wai.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import wai.Application;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;

/// How a web application names its application.
class NamedApplicationTest {
    private static final Application HELLO = (_, respond) -> respond.with(Response.text(Status.OK, "hello"));

    @Test
    void makesAnApplicationOfAClassThatIsOne() throws ServletException {
        assertThat(NamedApplication.of(Direct.class.getName())).isInstanceOf(Direct.class);
    }

    @Test
    void takesWhatAMethodOfAnInstanceAnswers() throws ServletException {
        assertThat(NamedApplication.of(ByMethod.class.getName())).isSameAs(HELLO);
    }

    @Test
    void takesWhatAStaticMethodAnswersWithoutAnInstance() throws ServletException {
        assertThat(NamedApplication.of("  " + ByStaticMethod.class.getName() + "\n"))
                .isSameAs(HELLO);
    }

    @Test
    void saysThatTheParameterIsMissing() {
        assertThatThrownBy(() -> NamedApplication.of(null))
                .isInstanceOf(ServletException.class)
                .hasMessageContaining("init parameter application is missing");
        assertThatThrownBy(() -> NamedApplication.of(" ")).hasMessageContaining("init parameter application");
    }

    @Test
    void saysThatThereIsNoSuchClass() {
        assertThatThrownBy(() -> NamedApplication.of("shop.Typo")).hasMessageContaining("no class shop.Typo");
    }

    @Test
    void saysWhatWasExpectedOfAnotherClass() {
        assertThatThrownBy(() -> NamedApplication.of(String.class.getName()))
                .hasMessageContaining("java.lang.String is no application")
                .hasMessageContaining("Application app()");
        assertThatThrownBy(() -> NamedApplication.of(NoConstructor.class.getName()))
                .hasMessageContaining("public constructor without parameters");
    }

    @Test
    void saysThatTheMethodAnsweredNothing() {
        assertThatThrownBy(() -> NamedApplication.of(Forgetful.class.getName()))
                .hasMessageContaining("app() returned null");
    }

    @Test
    void passesOnWhatTheClassThrew() {
        assertThatThrownBy(() -> NamedApplication.of(Failing.class.getName())).hasRootCauseMessage("no database");
    }

    public static final class Direct implements Application {
        @Override
        public ResponseReceived handle(Request request, Respond respond) throws Exception {
            return HELLO.handle(request, respond);
        }
    }

    public static final class ByMethod {
        public Application app() {
            return HELLO;
        }
    }

    public static final class ByStaticMethod {
        private ByStaticMethod() {}

        public static Application app() {
            return HELLO;
        }
    }

    public static final class NoConstructor implements Application {
        public NoConstructor(String parameter) {
            throw new AssertionError(parameter);
        }

        @Override
        public ResponseReceived handle(Request request, Respond respond) throws Exception {
            return HELLO.handle(request, respond);
        }
    }

    public static final class Forgetful {
        public @Nullable Application app() {
            return null;
        }
    }

    public static final class Failing implements Application {
        public Failing() {
            throw new IllegalStateException("no database");
        }

        @Override
        public ResponseReceived handle(Request request, Respond respond) throws Exception {
            return HELLO.handle(request, respond);
        }
    }
}
