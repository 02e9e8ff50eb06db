package wai.checks;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Who may depend on whom, and what a module shows.
class ModuleRulesTest {
    private static final String SPECIFICATION = "wai-spec";
    private static final String SHELF = "middleware-extra";
    private static final String TRANSPORT = "transport";
    private static final Set<String> SERVERS = Set.of("handler-warp", "handler-cgi");
    private static final Set<String> TEST_MODULES = Set.of("handler-test", "tck");

    /// Packages every module may use.
    private static final List<String> PLATFORM = List.of("java", "javax", "jdk", "org.jspecify");

    /// Packages of others that one module may use; each is an ADR.
    private static final Map<String, List<String>> THIRD_PARTY = Map.of(
            "tck",
            List.of("org.junit.jupiter.api"),
            "middleware-extra",
            List.of("com.aayushatharva.brotli4j", "com.github.luben.zstd"),
            "handler-servlet",
            List.of(
                    "jakarta.servlet",
                    "org.eclipse.jetty",
                    "org.apache.catalina",
                    "org.apache.coyote",
                    "io.undertow",
                    "org.xnio"),
            "middleware-redis",
            List.of("redis.clients.jedis", "org.apache.commons.pool2"),
            "middleware-metrics",
            List.of("io.micrometer.core"),
            "middleware-tracing",
            List.of("io.opentelemetry.api", "io.opentelemetry.context"),
            "middleware-jwt",
            List.of("com.nimbusds.jose", "com.nimbusds.jwt"));

    @Test
    void librariesUseNoModuleButTheSpecificationServersTheTransportAndPartsOfTheShelfTheShelf() {
        var crossing = Reactor.dependencies(Reactor.libraries())
                .filter(ModuleRulesTest::leavesItsModule)
                .filter(dependency -> !targetIs(dependency, Set.of(SPECIFICATION)))
                .filter(dependency -> !isOfAServer(dependency))
                .filter(dependency -> !isOnTheShelf(dependency));

        assertThat(crossing).map(Dependency::getDescription).isEmpty();
    }

    @Test
    void testsOfLibrariesUseNoModuleButTheirOwnsTheTestHandlerAndTheKit() {
        var tests = Reactor.tests().stream()
                .filter(type ->
                        Reactor.ownerOf(type).filter(SourceModule::isLibrary).isPresent())
                .toList();

        var crossing = Reactor.dependencies(tests)
                .filter(ModuleRulesTest::leavesItsModule)
                .filter(dependency -> !targetIs(dependency, Set.of(SPECIFICATION)))
                .filter(dependency -> !targetIs(dependency, TEST_MODULES))
                .filter(dependency -> !isOfAServer(dependency))
                .filter(dependency -> !isOnTheShelf(dependency));

        assertThat(crossing).map(Dependency::getDescription).isEmpty();
    }

    @Test
    void nothingUsesTheRunnerTheExamplesOrTheBenchmarks() {
        var others = Stream.concat(Reactor.main().stream(), Reactor.tests().stream())
                .filter(type ->
                        Reactor.ownerOf(type).filter(SourceModule::isLeaf).isEmpty())
                .toList();
        assertThat(Reactor.inside("wai.runner")).isNotEmpty();

        var uses = Reactor.dependencies(others).filter(dependency -> Reactor.ownerOf(dependency.getTargetClass())
                .filter(SourceModule::isLeaf)
                .isPresent());

        assertThat(uses).map(Dependency::getDescription).isEmpty();
    }

    @Test
    void librariesUseNoCodeOfOthersButWhatIsListed() {
        var foreign = Reactor.dependencies(Reactor.libraries())
                .filter(dependency ->
                        Reactor.ownerOf(dependency.getTargetClass()).isEmpty())
                .filter(dependency -> !mayUse(dependency));

        assertThat(foreign).map(Dependency::getDescription).isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().assignedFrom(new Packages()).should().beFreeOfCycles().check(Reactor.main());
    }

    @Test
    void theContractKnowsNothingOfWhatHandlersShare() {
        assertThat(Reactor.inside("wai.spi")).isNotEmpty();
        var contract = Reactor.libraries().stream()
                .filter(type -> type.getPackageName().equals("wai"))
                .toList();
        assertThat(contract).isNotEmpty();

        var uses = Reactor.dependencies(contract)
                .filter(dependency ->
                        Reactor.isInside("wai.spi", dependency.getTargetClass().getBaseComponentType()));

        assertThat(uses).map(Dependency::getDescription).isEmpty();
    }

    @Test
    void onlyTheExchangeKernelMakesTokens() {
        var source = Reactor.main().get("wai.ResponseReceived$Source");

        assertThat(source.getSubclasses()).map(JavaClass::getName).containsExactly("wai.spi.Exchange");
    }

    @Test
    void everyLibraryIsANullMarkedModule() {
        var libraries = Reactor.MODULES.stream().filter(SourceModule::isLibrary).toList();
        assertThat(libraries).isNotEmpty();

        assertThat(libraries).allSatisfy(module -> {
            assertThat(module.hasDescriptor()).isTrue();
            assertThat(Reactor.read(module.sources().resolve("module-info.java")))
                    .containsPattern("(?m)^@(org\\.jspecify\\.annotations\\.)?NullMarked$");
        });
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        var folders = Reactor.MODULES.stream()
                .filter(module -> !module.isCheck())
                .flatMap(module -> module.javaFiles("src/main/java").stream())
                .filter(file -> !file.endsWith("module-info.java"))
                .map(file -> file.resolveSibling("package-info.java"))
                .collect(Collectors.toSet());

        assertThat(folders).isNotEmpty().allMatch(Files::exists);
    }

    @Test
    void doclintReadsEveryExportedPackage() {
        var exported = Reactor.MODULES.stream()
                .filter(SourceModule::isLibrary)
                .flatMap(module -> module.exportedPackages().stream())
                .toList();
        var listed = Pattern.compile("<doc.packages>([^<]+)</doc.packages>").matcher(Reactor.PARENT_POM);

        assertThat(listed.find()).isTrue();
        assertThat(listed.group(1).split(",", -1)).containsExactlyInAnyOrderElementsOf(exported);
    }

    @Test
    void hiddenPackagesMakePublicOnlyWhatAnotherPackageUses() {
        var unused = publicTypesOfHiddenPackages().stream()
                .filter(type -> type.tryGetMethod("main", String[].class).isEmpty())
                .filter(type -> !isUsedOutsideItsPackage(type));

        assertThat(unused).map(JavaClass::getName).isEmpty();
    }

    @Test
    void exportedPackagesShowNoHiddenType() {
        var exported = Reactor.libraries().stream()
                .filter(type -> isExported(type) && isVisible(type))
                .toList();
        assertThat(exported).isNotEmpty();

        var members = exported.stream()
                .flatMap(type -> type.getMembers().stream())
                .filter(member -> isVisible(member.getModifiers()))
                .filter(member -> member.getAllInvolvedRawTypes().stream()
                        .map(JavaClass::getBaseComponentType)
                        .anyMatch(type -> Reactor.ownerOf(type).isPresent() && !(isExported(type) && isVisible(type))));
        var supertypes = exported.stream().filter(type -> Stream.concat(
                        type.getAllRawSuperclasses().stream(), type.getAllRawInterfaces().stream())
                .anyMatch(parent -> Reactor.ownerOf(parent).isPresent() && !isExported(parent)));

        assertThat(members).map(JavaMember::getFullName).isEmpty();
        assertThat(supertypes).map(JavaClass::getName).isEmpty();
    }

    private static boolean leavesItsModule(Dependency dependency) {
        var target = Reactor.ownerOf(dependency.getTargetClass());
        return target.isPresent() && !target.equals(Reactor.ownerOf(dependency.getOriginClass()));
    }

    private static boolean targetIs(Dependency dependency, Set<String> modules) {
        return Reactor.ownerOf(dependency.getTargetClass())
                .filter(module -> modules.contains(module.name()))
                .isPresent();
    }

    /// Parts of the shelf that need a library are modules of their own, on top of the shelf.
    private static boolean isOnTheShelf(Dependency dependency) {
        var origin = Reactor.ownerOf(dependency.getOriginClass()).orElseThrow();
        return origin.name().startsWith("middleware-") && targetIs(dependency, Set.of(SHELF));
    }

    /// Servers share how they wait, and nobody else may see it.
    private static boolean isOfAServer(Dependency dependency) {
        var origin = Reactor.ownerOf(dependency.getOriginClass()).orElseThrow();
        return SERVERS.contains(origin.name()) && targetIs(dependency, Set.of(TRANSPORT));
    }

    private static boolean mayUse(Dependency dependency) {
        var target = dependency.getTargetClass().getBaseComponentType();
        var module = Reactor.ownerOf(dependency.getOriginClass()).orElseThrow();
        return target.isPrimitive()
                || Stream.of(PLATFORM, THIRD_PARTY.getOrDefault(module.name(), List.of()))
                        .flatMap(Collection::stream)
                        .anyMatch(allowed -> Reactor.isInside(allowed, target));
    }

    private static List<JavaClass> publicTypesOfHiddenPackages() {
        return Reactor.main().stream()
                .filter(type -> Reactor.ownerOf(type)
                        .filter(SourceModule::hasDescriptor)
                        .filter(module -> !module.isCheck())
                        .isPresent())
                .filter(type -> !isExported(type))
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .toList();
    }

    /// Whether another package names the type or one nested in it.
    private static boolean isUsedOutsideItsPackage(JavaClass type) {
        return Reactor.main().stream()
                .filter(user -> !user.getPackageName().equals(type.getPackageName()))
                .flatMap(user -> user.getDirectDependenciesFromSelf().stream())
                .map(dependency ->
                        dependency.getTargetClass().getBaseComponentType().getName())
                .anyMatch(name -> name.equals(type.getName()) || name.startsWith(type.getName() + "$"));
    }

    private static boolean isExported(JavaClass type) {
        return Reactor.ownerOf(type)
                .filter(module -> module.exportedPackages().contains(type.getPackageName()))
                .isPresent();
    }

    private static boolean isVisible(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(ModuleRulesTest::isVisible).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
                && !modifiers.contains(JavaModifier.SYNTHETIC);
    }

    /// One slice for each package of ours.
    private static final class Packages implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return Reactor.ownerOf(type).isPresent()
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
