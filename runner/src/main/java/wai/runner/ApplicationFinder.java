package wai.runner;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import wai.Application;

/// Finds the application among a program's classes: what a method `Application app()` answers, else an instance of the
/// class that implements [Application]. Neither needs to be public.
final class ApplicationFinder {
    private static final String EXPECTED =
            "expected a method \"Application app()\", or a class that implements wai.Application"
                    + " and has a constructor without parameters";

    private final String program;

    /// A finder.
    ///
    /// @param program the program's name, for messages
    ApplicationFinder(String program) {
        this.program = program;
    }

    /// Makes the one application of some classes.
    ///
    /// @throws Failure of [Exit#PROGRAM] when there is none, there are several, or making it fails
    Application find(List<Class<?>> classes) throws Failure {
        try {
            var makers = classes.stream().flatMap(type -> maker(type).stream()).toList();
            if (!makers.isEmpty()) {
                return made(only(makers, maker -> maker.type().getName() + ".app()"));
            }
            var types =
                    classes.stream().filter(ApplicationFinder::isApplication).toList();
            if (types.isEmpty()) {
                throw new Failure(Exit.PROGRAM, program + " has no application: " + EXPECTED);
            }
            return (Application) instance(only(types, Class::getName));
        } catch (ExceptionInInitializerError e) {
            throw failed(e);
        } catch (LinkageError e) {
            throw new Failure(Exit.PROGRAM, program + " cannot be loaded: " + e, e);
        }
    }

    private <T> T only(List<T> candidates, Function<T, String> name) throws Failure {
        if (candidates.size() > 1) {
            var names = candidates.stream().map(name).collect(Collectors.joining(" and "));
            throw new Failure(Exit.PROGRAM, program + " has several applications: " + names + "; expected one");
        }
        return candidates.getFirst();
    }

    /// The method `app()` of a class: a static one of its own, or one of its instances, which may be inherited.
    private static Optional<Maker> maker(Class<?> type) {
        for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
            for (var method : declaring.getDeclaredMethods()) {
                if (method.getName().equals("app") && method.getParameterCount() == 0 && !method.isBridge()) {
                    boolean usable =
                            Modifier.isStatic(method.getModifiers()) ? declaring.equals(type) : isConcrete(type);
                    return usable ? Optional.of(new Maker(type, method)) : Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isApplication(Class<?> type) {
        return Application.class.isAssignableFrom(type) && isConcrete(type);
    }

    private static boolean isConcrete(Class<?> type) {
        return !Modifier.isAbstract(type.getModifiers());
    }

    private Application made(Maker maker) throws Failure {
        var method = maker.method();
        if (!Application.class.isAssignableFrom(method.getReturnType())) {
            throw new Failure(
                    Exit.PROGRAM,
                    program + ": app() returns " + method.getReturnType().getName() + ", expected wai.Application");
        }
        var target = Modifier.isStatic(method.getModifiers()) ? null : instance(maker.type());
        var application = (Application) called(method, target);
        if (application == null) {
            throw new Failure(Exit.PROGRAM, program + ": app() returned null, expected an application");
        }
        return application;
    }

    private @Nullable Object called(Method method, @Nullable Object target) throws Failure {
        try {
            method.setAccessible(true);
            return method.invoke(target);
        } catch (InvocationTargetException e) {
            throw failed(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw failed(e);
        }
    }

    private Object instance(Class<?> type) throws Failure {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            throw failed(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new Failure(
                    Exit.PROGRAM, program + ": an instance of " + type.getName() + " cannot be made: " + EXPECTED, e);
        }
    }

    /// The program's own exception, with the place in its code.
    private Failure failed(@Nullable Throwable thrown) {
        var cause =
                thrown instanceof ExceptionInInitializerError && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause == null) {
            return new Failure(Exit.PROGRAM, program + " failed before it could serve");
        }
        var trace = cause.getStackTrace();
        var place = trace.length == 0 ? "" : " (" + trace[0].getFileName() + ":" + trace[0].getLineNumber() + ")";
        return new Failure(Exit.PROGRAM, program + " failed before it could serve: " + cause + place, cause);
    }

    /// Something that answers an application.
    ///
    /// @param type the class whose instance the method wants, unless it is static
    /// @param method takes no arguments
    private record Maker(Class<?> type, Method method) {}
}
