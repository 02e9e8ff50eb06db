package wai.servlet;

import jakarta.servlet.ServletException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import wai.Application;

/// Makes the application that an init parameter names.
final class NamedApplication {
    private static final String EXPECTED = "expected a public class that implements wai.Application, or has a public "
            + "method \"Application app()\", and a public constructor without parameters";

    private NamedApplication() {}

    /// Makes it, of a class that the web application can see.
    ///
    /// @param className null when the parameter is missing
    static Application of(@Nullable String className) throws ServletException {
        if (className == null || className.isBlank()) {
            throw new ServletException("the init parameter " + WaiServlet.APPLICATION
                    + " is missing: expected the name of the application's class");
        }
        try {
            var loader = Thread.currentThread().getContextClassLoader();
            return made(Class.forName(className.strip(), true, loader));
        } catch (ClassNotFoundException e) {
            throw new ServletException("there is no class " + className.strip() + " in this web application", e);
        } catch (InvocationTargetException e) {
            throw new ServletException("the application " + className.strip() + " could not be made", e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new ServletException("the application " + className.strip() + " could not be made: " + EXPECTED, e);
        }
    }

    private static Application made(Class<?> type) throws ReflectiveOperationException, ServletException {
        for (var method : type.getMethods()) {
            if (method.getName().equals("app")
                    && method.getParameterCount() == 0
                    && Application.class.isAssignableFrom(method.getReturnType())) {
                var target = Modifier.isStatic(method.getModifiers())
                        ? null
                        : type.getConstructor().newInstance();
                if (method.invoke(target) instanceof Application application) {
                    return application;
                }
                throw new ServletException(type.getName() + ".app() returned null: expected an application");
            }
        }
        if (type.getConstructor().newInstance() instanceof Application application) {
            return application;
        }
        throw new ServletException(type.getName() + " is no application: " + EXPECTED);
    }
}
